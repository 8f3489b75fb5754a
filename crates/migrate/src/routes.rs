//! Does a request still get to the same place? Listener rules of today against those to come.
//!
//! Two readings of the same routing: the listeners as AWS answered them, and the listeners that
//! the AWS Load Balancer Controller would make of the generated Ingress objects. Random requests
//! that aim at the borders of the rules are put to both; where the outcomes differ, the request
//! is made as short as it can be and shown.
//!
//! **Invariant:** this shares no code with `convert`, or it would repeat its mistakes.
//! What it is not: a load balancer. It sends nothing, and knows no health and no time.

mod annotations;
mod binding;
mod compare;
mod condition;
mod controller;
mod draw;
mod estate;
mod listener;
mod original;
mod outcome;
mod pattern;
mod pods;
mod request;
mod wire;

pub use compare::{Difference, compare};
pub use condition::Condition;
pub use controller::{Member, listener as made};
pub use draw::{Dice, Draw};
pub use estate::{Checked, Pair, REQUESTS, check, pairs};
pub use listener::{Listener, Rule};
pub use original::{Owners, listener as read};
pub use outcome::{Action, Answer, Outcome, Redirect, Target};
pub use pattern::{Cidr, Glob, Texts};
pub use request::Request;
