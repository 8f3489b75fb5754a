//! What to try next: commands that work as they are copied.

use super::account::{Account, Outcome};
use super::place::{AUTHOR, ENVIRONMENT, SHIFT};
use super::story::DemoOptions;

/// The lines below an account.
pub(super) fn lines(options: &DemoOptions, account: &Account) -> Vec<String> {
    let (segue, state) = (options.called.as_str(), options.state.display());
    let mut lines = Vec::new();
    if account.outcome == Outcome::AtHold {
        lines.push(format!(
            "The old fleet still runs: everything could go back within seconds. Past Hold it is \
             removed, and nothing goes back by itself. That needs a second person. {AUTHOR} wrote \
             this shift and may not agree with itself; you may:"
        ));
        let again = format!(
            "{segue} serve --config {} --state {state} --environment {ENVIRONMENT}",
            options.config.display()
        );
        if options.exit {
            lines.push(format!("  {again}"));
        }
        // Whoever is called as the author has to sign with another name.
        let by = if options.person == AUTHOR { " --by you" } else { "" };
        lines.push(format!("  {segue} shift approve {SHIFT} --state {state}{by}"));
        lines.push(String::new());
    }
    lines.push("Try next:".to_owned());
    if let Some(ledger) = &account.ledger {
        lines.push(format!("  {segue} shift verify {}", ledger.display()));
    }
    if !options.exit && account.outcome == Outcome::AtHold {
        lines.push(format!("  {segue} shift watch {SHIFT} --state {state}"));
    }
    lines.extend(options.next.iter().map(|next| format!("  {next}")));
    lines
}
