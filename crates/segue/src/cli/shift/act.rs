//! `segue shift start|pause|resume|approve|promote|abort|adopt`: what a person decides.

use clap::Args;
use model::Reason;
use model::code::serve as code;
use traffic::Deed;

use crate::cli::exit::{DONE, Failure};
use crate::cli::reach::{self, Decide, Reach, path, shift_name};
use crate::cli::term::Term;
use crate::serve::api::client::Client;
use crate::serve::api::{Asked, Said};
use crate::serve::book::ShiftStatus;

/// A decision about one shift.
#[derive(Debug, Args)]
pub(in crate::cli) struct ActArgs {
    /// The shift, as NAME or shift/NAME.
    #[arg(value_name = "NAME")]
    shift: String,
    #[command(flatten)]
    decide: Decide,
    #[command(flatten)]
    reach: Reach,
    /// Text or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

/// A decision to go on before the step's time.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue shift promote checkout-prod\n\nWhere a gate fails, the name of the shift is typed at the terminal, or said in\n--past-gates."
)]
pub(in crate::cli) struct PromoteArgs {
    #[command(flatten)]
    act: ActArgs,
    /// Go on past failing gates; the name of the shift once more.
    #[arg(long, value_name = "NAME")]
    past_gates: Option<String>,
}

/// What is done to a shift that is no deed of its journal's alphabet.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Start,
    Adopt,
    Say(Deed),
}

pub(super) fn start(args: &ActArgs, term: &mut Term) -> Result<u8, Failure> {
    let shift = look(args)?;
    let share = |step: &crate::serve::book::StepStatus| format!("{} %", step.share);
    let steps: Vec<String> = shift.steps.iter().map(share).collect();
    let plan = format!(
        "{}: {} → {} by {}, steps {}",
        reach::reference(&shift),
        shift.old.group,
        shift.new.group,
        shift.rule,
        steps.join(" → ")
    );
    let question = "Start?";
    act(args, &shift, Verb::Start, (&plan, Some(question)), term)
}

pub(super) fn adopt(args: &ActArgs, term: &mut Term) -> Result<u8, Failure> {
    let shift = look(args)?;
    let share = shift.weights.stated.map_or_else(|| "?".to_owned(), |share| share.to_string());
    let plan = format!(
        "{}: go on from what the rule {} shows, {share} % on the new side; the step is judged anew",
        reach::reference(&shift),
        shift.rule
    );
    act(args, &shift, Verb::Adopt, (&plan, Some("Take over?")), term)
}

pub(super) fn say(args: &ActArgs, what: Deed, term: &mut Term) -> Result<u8, Failure> {
    let shift = look(args)?;
    let subject = reach::reference(&shift);
    let (plan, question) = match what {
        Deed::Pause => (
            format!("{subject}: no step up until it is resumed; it still goes back by itself"),
            None,
        ),
        Deed::Resume => (format!("{subject}: steps up again"), None),
        Deed::Abort => (
            format!(
                "{subject}: everything back to {}, in about {} s",
                shift.old.group,
                shift.roll_back.as_secs().max(1)
            ),
            Some("Abort?"),
        ),
        Deed::Approve => (
            format!(
                "{subject}: {} is removed; nothing goes back by itself after that",
                shift.old.fleet
            ),
            Some("Approve?"),
        ),
        Deed::Promote => {
            (format!("{subject}: the present step needs no more ticks"), Some("Go on now?"))
        }
    };
    act(args, &shift, Verb::Say(what), (&plan, question), term)
}

pub(super) fn promote(args: &PromoteArgs, term: &mut Term) -> Result<u8, Failure> {
    let shift = look(&args.act)?;
    let against = shift.against();
    if against.is_empty() || args.act.decide.dry_run {
        return say(&args.act, Deed::Promote, term);
    }
    let gates = against.join(", ");
    let typed = match &args.past_gates {
        Some(typed) => Some(typed.clone()),
        None if term.interactive => {
            term.error_line(&format!("A gate fails: {gates}"));
            Some(term.typed(&format!("Type {} to go on all the same: ", shift.name)))
        }
        None => None,
    };
    match typed {
        Some(typed) if typed == shift.name => {
            let plan = format!("{}: on past {gates}", reach::reference(&shift));
            act(&args.act, &shift, Verb::Say(Deed::Promote), (&plan, None), term)
        }
        Some(_) => {
            Err(Reason::new(&code::NOT_CONFIRMED).with("what", "the name of the shift").into())
        }
        None => Err(Reason::new(&code::GATE_FAILS)
            .with("shift", &shift.name)
            .with("gates", gates)
            .into()),
    }
}

/// The shift as it is now.
fn look(args: &ActArgs) -> Result<ShiftStatus, Failure> {
    let name = shift_name(&args.shift)?;
    let client = args.reach.client()?;
    reach::wait(client.get(&path(name, "")))
}

fn act(
    args: &ActArgs,
    shift: &ShiftStatus,
    verb: Verb,
    (plan, question): (&str, Option<&str>),
    term: &mut Term,
) -> Result<u8, Failure> {
    let by = args.decide.by()?;
    if args.decide.dry_run {
        term.paragraph(plan, 2);
        term.line("Nothing was changed.");
        return Ok(DONE);
    }
    if let Some(question) = question {
        if term.interactive && !args.decide.yes {
            term.error_line(plan);
        }
        args.decide.confirm(question, &reach::reference(shift), term)?;
    }
    let client: Client = args.reach.client()?;
    let name = shift.name.as_str();
    let after: ShiftStatus = reach::wait(async {
        let said = |what| Said { by: by.clone(), what };
        match verb {
            Verb::Start => client.post(&path(name, "start"), &Asked { by: by.clone() }).await,
            Verb::Adopt => client.post(&path(name, "adopt"), &Asked { by: by.clone() }).await,
            Verb::Say(what) => client.post(&path(name, "say"), &said(what)).await,
        }
    })?;
    if args.output == "json" {
        reach::json("Shift", &after, term);
        return Ok(DONE);
    }
    let done = match verb {
        Verb::Start => "started",
        Verb::Adopt => "taken over",
        Verb::Say(Deed::Pause) => "paused",
        Verb::Say(Deed::Resume) => "resumed",
        Verb::Say(Deed::Approve) => "approved",
        Verb::Say(Deed::Promote) => "goes on",
        Verb::Say(Deed::Abort) => "aborted: everything goes back",
    };
    term.line(&format!("{} {done} by {by}", reach::reference(shift)));
    term.line(&format!("watch: segue shift watch {name}"));
    Ok(DONE)
}
