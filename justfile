# The commands a person types. `just` alone lists them.

default:
    @just --list

# Visible Hands, an invented co-op, on http://127.0.0.1:8017
demo *ARGS:
    cargo run --release -- demo {{ARGS}}

# Tests with Rust alone (SQLite)
test:
    cargo test --workspace

# Installs what the whole suite needs, and runs it
test-all *ARGS:
    scripts/test-all {{ARGS}}

# A round trip with the real Label Studio, installed into target/label-studio
label-studio:
    cargo build
    scripts/label-studio

# The full counts: 1,000 rounds of 64 claimants on both databases, 10,000 steps beside the model and 10,000 of many at once, 300 crashes, every byte of the sample log
soak:
    MANYHANDS_ROUNDS=1000 scripts/with-postgres cargo test --release --test suite races -- --nocapture
    MANYHANDS_ROUNDS=10000 scripts/with-postgres cargo test --release --test suite sequences -- --nocapture
    MANYHANDS_ROUNDS=300 scripts/with-postgres cargo test --release --test suite crash -- --nocapture
    MANYHANDS_EVERY_BYTE=1 cargo test --release -p manyhands-verify

# Figures with their limits side by side; see benches/README.md
bench:
    scripts/with-postgres cargo bench

# Work over HTTP beside Label Studio's, on both databases
bench-studio:
    MANYHANDS_ROUNDS=10000 scripts/with-postgres cargo bench --bench studio

# What a person waits for on a phone with 3G, beside Label Studio's page
bench-waiting:
    cargo build --release
    cd tests/browser && npm ci
    node benches/waiting/main.mjs

# What a reviewer would run first
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

# Licences, sources and double versions (needs cargo-deny), unused dependencies (needs cargo-machete)
deny:
    cargo deny check bans licenses sources
    cargo machete

# Screenshots of every page into target/screenshots, and README's picture
pictures:
    cargo build
    cd tests/browser && npm ci && MANYHANDS_PICTURES=1 node --test --test-concurrency=1
