//! What every test of the suite stands on: a real database, a clock moved by hand, dice with a seed.
