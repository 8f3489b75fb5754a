//! Benches of rendering.

fn main() {
    divan::main();
}
