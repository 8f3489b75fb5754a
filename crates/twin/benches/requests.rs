//! How many requests of clients the twin serves in a second of real time, on one core.

use divan::Bencher;
use divan::counter::ItemsCount;
use model::ports::{Weight, Weights};
use twin::script::{Clients, Control, Dial, Service, Side};
use twin::time::SECOND;
use twin::{World, balancer, clients, dns, process};

fn main() {
    divan::main();
}

/// One service: four copies a side, and a split in the middle of a shift.
fn service(number: u32, rps: f64, records: bool) -> Service {
    let side = |word: &str| Side {
        group: format!("{word}-{number}"),
        fleet: format!("fleet/{word}-{number}"),
        replicas: 4,
        ..Side::default()
    };
    let rule = format!("rule-{number}");
    let dial = if records {
        Dial::Records { rule, ttl: 60, evaluate_target_health: false }
    } else {
        Dial::Rule { rule, balancer: format!("alb-{}", number % 3) }
    };
    let clients = Clients { rps, swing: 0.3, ..Clients::default() };
    Service { dial, old: side("old"), new: side("new"), clients, ..Service::default() }
}

/// A world of these services, a minute after the start, with a tenth of all requests on new sides.
fn world(services: &[Service]) -> World {
    let mut world = World::new(1);
    clients::control(&mut world, &Control::default());
    for (number, service) in services.iter().enumerate() {
        assert_eq!(clients::add(&mut world, &format!("service-{number}"), service), Ok(()));
        for side in [&service.old, &service.new] {
            for copy in 0..side.replicas {
                let zone = u8::try_from(copy % 3).unwrap_or(0);
                let copy = process::start(&mut world, &side.fleet, &side.behaviour, zone, 0);
                balancer::register(&mut world, &side.group, copy);
            }
        }
        let tenth = Weight::new(10).unwrap_or(Weight::NONE);
        let weights = Weights::between(&service.old.group, &service.new.group, tenth);
        match &service.dial {
            Dial::Rule { rule, .. } => balancer::write_rule(&mut world, rule, &weights),
            Dial::Records { rule, .. } => dns::write_records(&mut world, rule, &weights),
        }
    }
    pass(&mut world, 60);
    world
}

/// Lets so many seconds pass, with something to do for the world each second.
fn pass(world: &mut World, secs: u64) {
    let begin = world.now();
    for second in 1..=secs {
        let until = begin + second * SECOND;
        while world.next_at().is_some_and(|at| at <= until) {
            world.step();
        }
        world.pass_to(until);
    }
}

fn sent(world: &mut World) -> u64 {
    let names: Vec<String> = world.clients.services().map(str::to_owned).collect();
    let accounts = names.iter().filter_map(|name| clients::account(world, name));
    accounts.map(|account| account.sent).sum()
}

/// Serves `secs` seconds of these services; counts the requests of them.
fn serve(bencher: Bencher<'_, '_>, services: &[Service], secs: u64) {
    let mut probe = world(services);
    let before = sent(&mut probe);
    pass(&mut probe, secs);
    let requests = sent(&mut probe) - before;
    bencher
        .counter(ItemsCount::new(requests))
        .with_inputs(|| world(services))
        .bench_local_values(|mut world| pass(&mut world, secs));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn one_service(bencher: Bencher<'_, '_>) {
    serve(bencher, &[service(0, 500.0, false)], 2_000);
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn one_service_by_name(bencher: Bencher<'_, '_>) {
    serve(bencher, &[service(0, 500.0, true)], 2_000);
}

/// Rates from 1 to 300 a second, as an estate has them: few large services, many small ones.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn sixty_services(bencher: Bencher<'_, '_>) {
    let rates = [1.0, 2.0, 5.0, 10.0, 20.0, 300.0];
    let services: Vec<Service> = (0..60)
        .zip(rates.into_iter().cycle())
        .map(|(number, rps)| service(number, rps, number % 4 == 0))
        .collect();
    serve(bencher, &services, 300);
}
