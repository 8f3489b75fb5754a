//! Writing to the journal. Each record is a boundary at which engines crash or stand still.

use model::code;
use model::ports::{Epoch, Fault as PortFault, Record};
use model::reason::Reason;

use crate::api::{Calling, Reply};
use crate::check::hooks;
use crate::faults::{Side, happen};
use crate::journal::{Journal, Kept, Taken};
use crate::run::Engine;
use crate::script::Fault;
use crate::time::{MILLI, Micros, SECOND};
use crate::world::{EngineId, World};

/// How long it takes until something is on the disk.
const SYNC: Micros = 2 * MILLI;
/// How long reading takes.
const READ: Micros = MILLI;

/// Who writes: an engine in one of its lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Writer {
    engine: EngineId,
    life: u32,
}

/// All records about `subject`, oldest first.
pub fn read(engine: &Engine, subject: &str) -> Calling<Vec<Record>> {
    let subject = subject.to_owned();
    Calling::new(engine, (READ, 0), move |world| world.journal.about(&subject))
}

/// Takes the next epoch of `subject`.
pub fn take(engine: &Engine, subject: &str) -> Calling<Epoch> {
    let subject = subject.to_owned();
    let by = engine.id;
    Calling::new(engine, (SYNC, 0), move |world| {
        let epoch = world.journal.epoch(&subject).next();
        let at = world.now();
        world.trace.note(at, &format!("engine {} takes epoch {epoch} of {subject}", by.0));
        world.journal.taken.push(Taken { at, engine: by, subject: subject.clone(), epoch });
        world.journal.epochs.insert(subject, epoch);
        world.journal.last_writer = Some(by);
        epoch
    })
}

/// Adds a record: refused if its epoch is not the newest, else durable at one moment.
pub fn append(engine: &Engine, record: &Record) -> Calling<Result<(), PortFault>> {
    let (calling, reply) = Calling::open();
    let writer = Writer { engine: engine.id, life: engine.life };
    let record = record.clone();
    let mut world = engine.world();
    let at = world.now().saturating_add(SYNC);
    world.plan(at, move |world| arrive(world, writer, record, reply));
    drop(world);
    calling
}

/// The moment of writing: the faults before it, the fence, the record, the faults after it.
fn arrive(world: &mut World, writer: Writer, record: Record, reply: Reply<Result<(), PortFault>>) {
    if world.journal.fenced(&record).is_none() {
        let number = world.journal.next_number();
        let before = world.faults.take_at_record(number, Side::Before);
        let crashes = before.iter().any(|fault| matches!(fault, Fault::Crash { .. }));
        let pause = before.iter().find_map(|fault| match fault {
            Fault::Zombie { pause } => Some(u64::from(*pause) * SECOND),
            _ => None,
        });
        for fault in before {
            happen::happen(world, &fault, Some(writer.engine));
        }
        if crashes {
            return;
        }
        if let Some(pause) = pause {
            // The engine stands still right before it writes, and writes as soon as it goes on.
            let at = world.now().saturating_add(pause);
            world.plan(at, move |world| arrive(world, writer, record, reply));
            return;
        }
    }
    if world.is_gone(writer.engine, writer.life) {
        // It ended while the record was on its way.
        return;
    }
    if let Some(fault) = world.journal.fenced(&record) {
        let at = world.now();
        world.trace.note(at, &format!("engine {} is fenced: {}", writer.engine.0, record.subject));
        return reply.send(Err(fault));
    }
    let number = world.journal.next_number();
    let at = world.now();
    world.trace.note(at, &format!("record {number} {} {}", record.subject, record.body));
    let kept = Kept { at, engine: writer.engine, life: writer.life, record };
    hooks::on_record(world, &kept.record);
    world.journal.records.push(kept);
    world.journal.last_writer = Some(writer.engine);
    for fault in world.faults.take_at_record(number, Side::After) {
        happen::happen(world, &fault, Some(writer.engine));
    }
    // An engine that has just crashed is gone and never learns of it.
    reply.send(Ok(()));
}

impl Journal {
    fn about(&self, subject: &str) -> Vec<Record> {
        let about = self.records.iter().filter(|kept| kept.record.subject == subject);
        about.map(|kept| kept.record.clone()).collect()
    }

    /// Why a record is refused: its writer has a successor.
    fn fenced(&self, record: &Record) -> Option<PortFault> {
        let present = self.epoch(&record.subject);
        if record.epoch >= present {
            return None;
        }
        let reason = Reason::new(&code::live::FENCED)
            .with("subject", &record.subject)
            .with("given", record.epoch)
            .with("present", present);
        Some(PortFault::never(reason))
    }
}
