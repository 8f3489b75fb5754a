//! Throttling, expiry, clocks, refusals and silence.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use live::aws::{Client, GivenKeys, Keys, Settings};
use model::code::{ErrorKind, Kind};
use model::ports::{Clock as _, Retry};
use serde_json::json;

use super::server::{Answer, Server};
use super::{NOW, QuickClock, ask, client, settings};

/// An error as the services with JSON tell it.
fn refused(status: u16, code: &str, message: &str) -> Answer {
    let body = json!({"__type": format!("com.amazonaws.ecs#{code}"), "message": message});
    Answer::new(status, body.to_string())
}

/// An error as the query protocol tells it.
fn refused_in_xml(status: u16, code: &str, message: &str) -> Answer {
    Answer::new(
        status,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        ),
    )
}

#[tokio::test]
async fn throttling_is_waited_out_in_every_protocol() {
    let ec2 = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow</Message>\
               </Error></Errors><RequestID>r</RequestID></Response>";
    for (operation, no, yes) in [
        ("ecs:ListClusters", refused(400, "ThrottlingException", "Rate exceeded"), "{}"),
        (
            "elasticloadbalancing:DescribeLoadBalancers",
            refused_in_xml(400, "Throttling", "Rate exceeded"),
            "<DescribeLoadBalancersResponse/>",
        ),
        ("ec2:DescribeVpcs", Answer::new(503, ec2), "<DescribeVpcsResponse/>"),
        (
            "route53:ListHostedZones",
            refused_in_xml(400, "PriorRequestNotComplete", "wait"),
            "<ListHostedZonesResponse/>",
        ),
        (
            "scheduler:ListSchedules",
            Answer::new(429, "{}").with("x-amzn-errortype", "TooManyRequestsException:http://x/"),
            "{}",
        ),
    ] {
        let server = Server::start([no.clone(), no, Answer::ok(yes)]).await;
        let client = client(&server.url).await;
        ask(&client, operation, json!({})).await.unwrap();
        assert_eq!(client.sent()[operation], 3);
        let attempts: Vec<u32> = client.trace().iter().map(|sent| sent.attempt).collect();
        assert_eq!(attempts, [1, 2, 3], "{operation}");
    }
}

#[tokio::test]
async fn throttling_without_end_ends_with_what_was_waited() {
    let server = Server::start([refused(400, "ThrottlingException", "Rate exceeded")]).await;
    let clock = QuickClock::at(NOW);
    let client = Client::new(settings(&server.url), clock.clone()).await.unwrap();
    let fault = ask(&client, "ecs:ListClusters", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A008");
    assert!(matches!(fault.retry, Retry::After(_)));
    let waited = clock.now().duration_since(NOW.parse().unwrap()).as_secs();
    assert!((180..260).contains(&waited), "{waited}");
    assert_eq!(fault.because.facts["waited"].parse::<i64>().unwrap(), waited);
    // Waits grow to 20 s: about as many attempts as fit, and far fewer than a loop would make.
    assert!((8..60).contains(&server.asked().len()), "{}", server.asked().len());
}

#[tokio::test]
async fn expired_credentials_are_fetched_anew_once() {
    let server = Server::start([
        refused(400, "ExpiredTokenException", "The security token included is expired"),
        Answer::ok("{}"),
    ])
    .await;
    let client = Client::new(numbered(&server.url), QuickClock::at(NOW)).await.unwrap();
    ask(&client, "ecs:ListClusters", json!({})).await.unwrap();
    let tokens: Vec<String> = server
        .asked()
        .iter()
        .map(|asked| asked.header("x-amz-security-token").to_owned())
        .collect();
    assert_eq!(tokens, ["token-0", "token-1"]);
    server.say([refused(403, "ExpiredToken", "The token-2 is expired")]);
    let fault = ask(&client, "ecs:ListClusters", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A002");
    assert_eq!(fault.because.code.kind, Kind::Error(ErrorKind::Denied));
    assert_eq!(server.asked().len(), 4);
    assert!(!fault.to_string().contains("token-2"), "{fault}");
}

/// Settings whose keys have a number that counts how often they were asked for.
fn numbered(url: &str) -> Settings {
    let count = Arc::new(AtomicU32::new(0));
    let keys = GivenKeys::by(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        Keys {
            id: "AKIDEXAMPLE".to_owned(),
            secret: format!("secret-{number}"),
            token: Some(format!("token-{number}")),
        }
    });
    Settings { keys: Some(keys), ..settings(url) }
}

#[tokio::test]
async fn a_clock_that_is_off_is_corrected_by_the_date_of_the_answer() {
    let late = "Sun, 22 Nov 2026 23:15:00 GMT";
    let skewed = refused(400, "InvalidSignatureException", "Signature expired: 20261122T223000Z");
    let server = Server::start([skewed.clone().with("date", late), Answer::ok("{}")]).await;
    let client = client(&server.url).await;
    ask(&client, "ecs:ListClusters", json!({})).await.unwrap();
    let dates: Vec<String> =
        server.asked().iter().map(|asked| asked.header("x-amz-date").to_owned()).collect();
    assert_eq!(dates[0], "20261122T223000Z");
    assert!(dates[1].starts_with("20261122T2315"), "{dates:?}");
    assert_eq!(client.clock_offset_secs(), 45 * 60);
    // The next call begins with the corrected time.
    ask(&client, "ecs:ListClusters", json!({})).await.unwrap();
    assert!(server.last().header("x-amz-date").starts_with("20261122T2315"));
}

#[tokio::test]
async fn a_clock_that_stays_off_ends_with_how_far() {
    let skewed = refused_in_xml(403, "RequestTimeTooSkewed", "The difference is too large");
    let server = Server::start([skewed.with("date", "Sun, 22 Nov 2026 23:15:00 GMT")]).await;
    let client = client(&server.url).await;
    let fault = ask(&client, "route53:ListHostedZones", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A010");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_refusal_names_who_may_not_do_what() {
    let message = "User: arn:aws:sts::1:assumed-role/reader/me is not authorized to perform: \
                   ecs:ListClusters on resource: * because no policy allows it";
    let server = Server::start([refused(400, "AccessDeniedException", message)]).await;
    let client = client(&server.url).await;
    let fault = ask(&client, "ecs:ListClusters", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A003");
    assert_eq!(fault.because.code.kind, Kind::Error(ErrorKind::Denied));
    assert!(
        fault.to_string().starts_with(
            "arn:aws:sts::1:assumed-role/reader/me may not call ecs:ListClusters: AccessDenied"
        ),
        "{fault}"
    );
    assert_eq!(server.asked().len(), 1);
    server.say([refused_in_xml(403, "InvalidClientTokenId", "The token is invalid")]);
    let fault = ask(&client, "iam:ListRoles", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A004");
}

#[tokio::test]
async fn other_refusals_carry_the_code_of_the_documentation() {
    let server =
        Server::start([refused(400, "ClusterNotFoundException", "Cluster not found.")]).await;
    let fault = ask(&client(&server.url).await, "ecs:ListServices", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A011");
    assert_eq!(fault.because.facts["awsCode"], "ClusterNotFoundException");
    assert_eq!(fault.because.facts["status"], "400");
    let batch = "<InvalidChangeBatch><Messages><Message>Tried to create it twice</Message>\
                 </Messages></InvalidChangeBatch>";
    server.say([Answer::new(400, batch)]);
    let zone = json!({"HostedZoneId": "Z"});
    let fault = ask(&client(&server.url).await, "route53:ListResourceRecordSets", zone).await;
    assert!(
        fault.unwrap_err().to_string().ends_with("InvalidChangeBatch: Tried to create it twice")
    );
}

#[tokio::test]
async fn reads_are_repeated_after_failures_and_writes_only_with_a_token() {
    for failure in [refused(500, "ServerException", "oops"), Answer::breaking()] {
        let server = Server::start([failure.clone(), failure.clone(), Answer::ok("{}")]).await;
        let client = client(&server.url).await;
        ask(&client, "ecs:ListClusters", json!({})).await.unwrap();
        assert_eq!(server.asked().len(), 3);

        server.say([failure.clone(), Answer::ok("{}")]);
        let run = json!({"taskDefinition": "t"});
        let fault = ask(&client, "ecs:RunTask", run).await.unwrap_err();
        assert!(["SG-A007", "SG-A012"].contains(&fault.because.code.id), "{fault}");
        assert_eq!(server.asked().len(), 4, "a task is not started twice");

        server.say([failure, Answer::ok("{}")]);
        let run = json!({"taskDefinition": "t", "clientToken": "once"});
        ask(&client, "ecs:RunTask", run).await.unwrap();
        assert_eq!(server.asked().len(), 6);
    }
}

#[tokio::test]
async fn throttled_writes_are_repeated_since_nothing_was_done() {
    let slow = refused(400, "ThrottlingException", "Rate exceeded");
    let server = Server::start([slow, Answer::ok("{}")]).await;
    let client = client(&server.url).await;
    ask(&client, "ecs:RunTask", json!({"taskDefinition": "t"})).await.unwrap();
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn failures_without_end_are_told_after_five_attempts() {
    let server = Server::start([refused(500, "ServerException", "oops")]).await;
    let fault = ask(&client(&server.url).await, "ecs:ListClusters", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A012");
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_named() {
    // A port that nobody has any more.
    let url = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let fault = ask(&client(&url).await, "ecs:ListClusters", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A007");
    assert!(fault.to_string().contains(&url), "{fault}");
    let nowhere = "http://no-such-host.invalid:80";
    let fault = ask(&client(nowhere).await, "ecs:ListClusters", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A006", "{fault}");
    assert_eq!(fault.because.facts["host"], "no-such-host.invalid");
}

#[tokio::test]
async fn calls_side_by_side_share_the_pace() {
    let server = Server::start([Answer::ok("{}")]).await;
    let clock = QuickClock::at(NOW);
    let pace = live::aws::Pace::default();
    let settings = Settings { pace, ..settings(&server.url) };
    let client = Arc::new(Client::new(settings, clock.clone()).await.unwrap());
    let calls = (0..36).map(|_| {
        let client = Arc::clone(&client);
        tokio::spawn(async move { ask(&client, "ecs:ListClusters", json!({})).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    let took = clock.now().duration_since(NOW.parse().unwrap()).as_millis();
    // 36 requests at 12 a second, the first at once.
    assert!((2_900..3_000).contains(&took), "{took} ms");
    assert_eq!(client.sent()["ecs:ListClusters"], 36);
}
