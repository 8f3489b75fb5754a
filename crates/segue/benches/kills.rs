//! 200 kills of `segue serve` at random moments of real crossings: `cargo bench -p segue --bench
//! kills -- [CROSSINGS] [KILLS] [SEED] [beside|inside|held]`. Ends with an error at the first crossing that does not end
//! right; the seed says which.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "it measures what a test proves, and touches the world"
)]
#![expect(dead_code, reason = "the world of the tests can do more than is measured")]

#[path = "../tests/serve/clients.rs"]
mod clients;
#[path = "../tests/support/fleets.rs"]
mod fleets;
#[path = "../tests/serve/kill.rs"]
mod kill;
#[path = "../tests/serve/world.rs"]
mod world;

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let number = |position: usize, usual| numbers.get(position).copied().unwrap_or(usual);
    let (crossings, kills, seed) = (number(0, 20), number(1, 10), number(2, 1_000));
    let said = std::env::args().find_map(|word| match word.as_str() {
        "inside" => Some("inside"),
        "held" => Some("held"),
        _ => None,
    });
    let balancer = said.unwrap_or("beside");
    let (mut struck, mut sent, mut while_down) = (0, 0, 0);
    for crossing in 0..crossings {
        let killed = kill::crossing(seed + crossing, u32::try_from(kills).unwrap(), balancer);
        struck += killed.kills;
        sent += killed.sent;
        while_down += killed.while_down;
        println!("seed {}: {killed:?}", seed + crossing);
    }
    println!(
        "balancer {balancer}: {crossings} crossings ended right; {struck} kills while under way; {sent} requests, \
         {while_down} of them refused or cut while nothing served, 0 lost otherwise"
    );
}
