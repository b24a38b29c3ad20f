//! The assignment problem: rows and columns paired one to one so that the sum is the largest. Shortest augmenting paths (R. Jonker and
//! A. Volgenant, Computing 38, 1987, 325–340), in whole numbers.

/// What pairing each row with each column gains.
#[derive(Debug)]
pub struct Gains {
    rows: usize,
    columns: usize,
    values: Vec<i64>,
}

impl Gains {
    /// Nothing gained so far.
    pub fn new(rows: usize, columns: usize) -> Gains {
        Gains { rows, columns, values: vec![0; rows.saturating_mul(columns)] }
    }

    /// What a pair gains.
    pub fn set(&mut self, row: usize, column: usize, gain: i64) {
        let place = row.saturating_mul(self.columns).saturating_add(column);
        if let Some(value) = self.values.get_mut(place) {
            *value = gain;
        }
    }

    /// Rows and columns are exchanged where there are more rows.
    fn gain(&self, row: usize, column: usize) -> i64 {
        let (row, column) = if self.rows > self.columns { (column, row) } else { (row, column) };
        at(&self.values, row.saturating_mul(self.columns).saturating_add(column))
    }

    /// The largest sum of one gain a row, no column twice: rows enter one after another, each by the shortest augmenting path.
    pub fn best(&self) -> i64 {
        let (rows, columns) = (self.rows.min(self.columns), self.rows.max(self.columns));
        let mut potentials = (vec![0_i64; rows], vec![0_i64; columns]);
        // Which row has each column.
        let mut taken: Vec<Option<usize>> = vec![None; columns];
        for row in 0..rows {
            self.enter(row, &mut potentials, &mut taken);
        }
        let gained = |(column, row): (usize, &Option<usize>)| row.map_or(0, |row| self.gain(row, column));
        taken.iter().enumerate().map(gained).fold(0, i64::saturating_add)
    }

    fn enter(&self, entering: usize, (of_rows, of_columns): &mut (Vec<i64>, Vec<i64>), taken: &mut [Option<usize>]) {
        let columns = taken.len();
        let mut distance = vec![i64::MAX; columns];
        let mut before: Vec<Option<usize>> = vec![None; columns];
        let mut reached: Vec<usize> = Vec::new();
        let mut is_reached = vec![false; columns];
        let (mut row, mut from, mut so_far) = (entering, None, 0_i64);
        let last = loop {
            let mut nearest: Option<(i64, usize)> = None;
            for column in (0..columns).filter(|column| !is_reached.get(*column).copied().unwrap_or(true)) {
                // What is gained is a cost below zero.
                let cost = self.gain(row, column).saturating_neg();
                let way = so_far.saturating_add(cost).saturating_sub(at(of_rows, row)).saturating_sub(at(of_columns, column));
                if way < at(&distance, column) {
                    put(&mut distance, column, way);
                    put(&mut before, column, from);
                }
                let way = at(&distance, column);
                if nearest.is_none_or(|(least, _)| way < least) {
                    nearest = Some((way, column));
                }
            }
            // There are as many columns as rows at least: one is free.
            let Some((way, column)) = nearest else { return };
            so_far = way;
            put(&mut is_reached, column, true);
            match at(taken, column) {
                None => break column,
                Some(holder) => {
                    reached.push(column);
                    (row, from) = (holder, Some(column));
                }
            }
        };
        shift(of_rows, entering, so_far);
        for column in reached {
            let rest = so_far.saturating_sub(at(&distance, column));
            shift(of_columns, column, rest.saturating_neg());
            if let Some(holder) = at(taken, column) {
                shift(of_rows, holder, rest);
            }
        }
        let mut column = last;
        loop {
            let through = at(&before, column);
            let holder = through.map_or(Some(entering), |through| at(taken, through));
            put(taken, column, holder);
            match through {
                Some(through) => column = through,
                None => return,
            }
        }
    }
}

fn at<T: Copy + Default>(values: &[T], place: usize) -> T {
    values.get(place).copied().unwrap_or_default()
}

fn put<T>(values: &mut [T], place: usize, value: T) {
    if let Some(slot) = values.get_mut(place) {
        *slot = value;
    }
}

fn shift(potentials: &mut [i64], place: usize, by: i64) {
    if let Some(potential) = potentials.get_mut(place) {
        *potential = potential.saturating_add(by);
    }
}
