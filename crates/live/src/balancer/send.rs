//! One request on its way to a target: again to another while nothing of it was sent.

use std::sync::Arc;

use hyper::client::conn::TrySendError;
use hyper::{Request, Response, StatusCode, body::Incoming};

use tokio::time::Instant;

use super::Shared;
use super::access_log::Done;
use super::activity::{Activity, Silence};
use super::answer::Upload;
use super::group::Group;
use super::made::Refusal;
use super::pool::{Connection, NoConnection, Wanted};
use super::target::Lease;
use crate::limits::RETRIES_MAX;

/// An answer with what it still holds.
pub(super) struct Sent {
    pub(super) response: Response<Incoming>,
    pub(super) lease: Lease,
    pub(super) connection: Connection,
    pub(super) silence: Silence,
}

/// Sends the request; goes on to another target only while nothing of it was sent.
pub(super) async fn send(
    shared: &Shared,
    (group, mut first): (&Group, Option<Lease>),
    mut request: Request<Upload>,
    (activity, mut done): (&Arc<Activity>, Option<&mut Done>),
) -> Result<Sent, Refusal> {
    let mut silence = activity.silence();
    let mut tried = Vec::new();
    let protocol = group.settings.load().protocol;
    let (mut refusal, mut wanted) = (Refusal::NoTarget, Wanted::Any);
    for _ in 0..=RETRIES_MAX {
        let Some(lease) = first.take().or_else(|| group.lease(&tried)) else {
            return Err(refusal);
        };
        let target = Arc::clone(&lease.target);
        let mut connection =
            match target.pool.connection((target.address, protocol), wanted, &shared.tasks).await {
                Ok(connection) => connection,
                Err(fault) => {
                    tried.push(target.address);
                    group.trouble(&target);
                    refusal = match fault {
                        NoConnection::Slow => Refusal::Slow,
                        NoConnection::Refused => Refusal::Broken,
                    };
                    continue;
                }
            };
        if let Some(done) = &mut done {
            (done.target, done.sent) = (Some(target.address), Some(Instant::now()));
        }
        match exchange(&mut connection, request, &mut silence).await {
            Ok(response) => {
                target.trust.good();
                if !activity.is_uploaded() {
                    connection.let_go(&shared.tasks);
                }
                if let Some(done) = done {
                    done.status = Some(response.status());
                    done.answered = Some(Instant::now());
                }
                return Ok(Sent { response, lease, connection, silence });
            }
            Err(Exchange::Unsent(back)) => {
                // The target closed a kept connection, and may have closed all of them.
                (request, wanted) = (*back, Wanted::Fresh);
                refusal = Refusal::Broken;
            }
            Err(Exchange::Refused(refusal)) => {
                if refusal != Refusal::BadBody {
                    group.trouble(&target);
                }
                return Err(refusal);
            }
        }
    }
    Err(refusal)
}

/// Why an exchange failed.
enum Exchange {
    /// Nothing was sent; here is the request again.
    Unsent(Box<Request<Upload>>),
    /// Something was sent, so it must not be sent twice.
    Refused(Refusal),
}

/// One request and the head of its answer on one connection.
async fn exchange(
    connection: &mut Connection,
    request: Request<Upload>,
    silence: &mut Silence,
) -> Result<Response<Incoming>, Exchange> {
    let upgrade = request.headers().contains_key(hyper::header::UPGRADE);
    let answer = connection.send(request);
    tokio::select! {
        biased;
        outcome = answer => match outcome {
            // Another protocol, for which nobody has asked.
            Ok(answer) if answer.status() == StatusCode::SWITCHING_PROTOCOLS && !upgrade => {
                Err(Exchange::Refused(Refusal::Broken))
            }
            Ok(answer) => Ok(answer),
            Err(error) => Err(unsent_or_broken(error)),
        },
        () = silence => Err(Exchange::Refused(Refusal::Slow)),
    }
}

fn unsent_or_broken(mut error: TrySendError<Request<Upload>>) -> Exchange {
    match error.take_message() {
        Some(request) => Exchange::Unsent(Box::new(request)),
        None if error.error().is_user() => Exchange::Refused(Refusal::BadBody),
        None => Exchange::Refused(Refusal::Broken),
    }
}
