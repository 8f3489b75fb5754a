//! The bytes of requests and answers where a rule is easy to get wrong.

use serde_json::json;

use model::ports::Retry;

use super::server::{Answer, Server};
use super::{ask, client};

#[tokio::test]
async fn a_request_is_signed_for_its_service_and_region() {
    let server = Server::start([Answer::ok("{}")]).await;
    let client = client(&server.url).await;
    for (operation, scope) in [
        ("ecs:ListClusters", "ap-northeast-2/ecs"),
        ("ecr:DescribeRepositories", "ap-northeast-2/ecr"),
        ("cloudwatch:ListMetrics", "ap-northeast-2/monitoring"),
        // Services without a region have one in signatures.
        ("iam:ListRoles", "us-east-1/iam"),
        ("route53:ListHostedZones", "us-east-1/route53"),
    ] {
        let _ = ask(&client, operation, json!({})).await;
        let header = server.last().header("authorization").to_owned();
        let start = format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/{scope}/");
        assert!(header.starts_with(&start), "{header}");
        assert_eq!(server.last().header("x-amz-date"), "20261122T223000Z");
    }
    assert!(!format!("{:?}", server.asked()).contains("the-secret-key"));
}

#[tokio::test]
async fn route_53_takes_the_ids_that_it_answers() {
    let server = Server::start([Answer::ok("<GetChangeResponse/>")]).await;
    let client = client(&server.url).await;
    ask(&client, "route53:GetChange", json!({"Id": "/change/C1"})).await.unwrap();
    assert_eq!(server.last().path, "/2013-04-01/change/C1");
    let fault = ask(&client, "route53:GetChange", json!({"Id": "/"})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A014");
}

#[tokio::test]
async fn a_weighted_record_is_written_as_route_53_wants_it() {
    let server = Server::start([Answer::ok(
        "<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C1</Id>\
         <Status>PENDING</Status><SubmittedAt>2026-11-22T22:30:00.123Z</SubmittedAt></ChangeInfo>\
         </ChangeResourceRecordSetsResponse>",
    )])
    .await;
    let client = client(&server.url).await;
    let record = json!({"Name": "a.example.", "Type": "CNAME", "TTL": 60, "Weight": 10,
        "SetIdentifier": "ecs & eks", "ResourceRecords": [{"Value": "lb.example."}]});
    let change = json!({"HostedZoneId": "/hostedzone/Z1",
        "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}});
    let answer = ask(&client, "route53:ChangeResourceRecordSets", change).await.unwrap();
    assert_eq!(
        answer,
        json!({"ChangeInfo": {"Id": "/change/C1", "Status": "PENDING",
            "SubmittedAt": "2026-11-22T22:30:00.123000+00:00"}})
    );
    let asked = server.last();
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", "/2013-04-01/hostedzone/Z1/rrset/")
    );
    assert_eq!(
        asked.body,
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
         <ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet>\
         <Name>a.example.</Name><ResourceRecords><ResourceRecord><Value>lb.example.</Value>\
         </ResourceRecord></ResourceRecords><SetIdentifier>ecs &amp; eks</SetIdentifier>\
         <TTL>60</TTL><Type>CNAME</Type><Weight>10</Weight></ResourceRecordSet></Change></Changes>\
         </ChangeBatch></ChangeResourceRecordSetsRequest>"
    );
}

#[tokio::test]
async fn a_rule_with_weights_is_a_form_with_numbers() {
    let server = Server::start([Answer::ok(
        "<ModifyRuleResponse xmlns='x'><ModifyRuleResult><Rules><member><Priority>5</Priority>\
         <Actions><member><Type>forward</Type><ForwardConfig><TargetGroups><member>\
         <Weight>90</Weight></member></TargetGroups></ForwardConfig></member></Actions>\
         <IsDefault>false</IsDefault><Transforms/><Newer><member>1</member></Newer></member>\
         </Rules></ModifyRuleResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ModifyRuleResponse>",
    )])
    .await;
    let client = client(&server.url).await;
    let forward = json!({"TargetGroups": [
        {"TargetGroupArn": "arn:old", "Weight": 90}, {"TargetGroupArn": "arn:new", "Weight": 10}]});
    let request = json!({"RuleArn": "arn:rule", "Conditions": [],
        "Actions": [{"Type": "forward", "ForwardConfig": forward}]});
    let answer = ask(&client, "elasticloadbalancing:ModifyRule", request).await.unwrap();
    // Numbers and flags are typed, an empty list is one, and what the table does not know is kept.
    let action = json!({"Type": "forward", "ForwardConfig": {"TargetGroups": [{"Weight": 90}]}});
    assert_eq!(
        answer,
        json!({"Rules": [{"Priority": "5", "Actions": [action], "IsDefault": false,
            "Transforms": [], "Newer": ["1"]}]})
    );
    let body =
        percent_encoding::percent_decode_str(&server.last().body).decode_utf8_lossy().into_owned();
    assert_eq!(
        body,
        "Action=ModifyRule&Version=2015-12-01\
         &Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=arn:old\
         &Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=90\
         &Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn=arn:new\
         &Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight=10\
         &Actions.member.1.Type=forward&Conditions=&RuleArn=arn:rule"
    );
}

#[tokio::test]
async fn policies_of_iam_come_as_objects() {
    let document = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D";
    let server = Server::start([Answer::ok(format!(
        "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName>\
         <AssumeRolePolicyDocument>{document}</AssumeRolePolicyDocument></Role></GetRoleResult>\
         </GetRoleResponse>"
    ))])
    .await;
    let answer = ask(&client(&server.url).await, "iam:GetRole", json!({"RoleName": "r"})).await;
    let policy = json!({"Version": "2012-10-17", "Statement": []});
    assert_eq!(
        answer.unwrap(),
        json!({"Role": {"RoleName": "r", "AssumeRolePolicyDocument": policy}})
    );
}

#[tokio::test]
async fn a_name_in_a_path_cannot_leave_its_place() {
    let server = Server::start([Answer::ok("{}")]).await;
    let client = client(&server.url).await;
    let request = json!({"Name": "a/b?c=d", "GroupName": "g&h"});
    ask(&client, "scheduler:GetSchedule", request).await.unwrap();
    let asked = server.last();
    assert_eq!(asked.path, "/schedules/a%2Fb%3Fc%3Dd");
    assert_eq!(asked.query.as_deref(), Some("groupName=g%26h"));
    for name in ["", ".", ".."] {
        let fault = ask(&client, "scheduler:GetSchedule", json!({"Name": name})).await.unwrap_err();
        assert_eq!(fault.because.code.id, "SG-A014", "{name}");
    }
}

#[tokio::test]
async fn what_does_not_fit_the_model_is_not_sent() {
    let server = Server::start([Answer::ok("{}")]).await;
    let client = client(&server.url).await;
    for (operation, request, cause) in [
        ("ecs:ListServices", json!({"clutser": "c"}), "clutser is not in the model"),
        ("ecs:ListServices", json!({"maxResults": "10"}), "maxResults: a whole number is wanted"),
        ("ecs:DescribeServices", json!({"cluster": "c"}), "services is missing"),
        ("ecs:DescribeServices", json!({"services": "one"}), "services: a list is wanted"),
        ("ecs:ListServices", json!([1]), "it is not an object"),
        ("route53:ListHostedZones", json!({"maxItems": "1"}), "maxItems is not in the model"),
        (
            "ec2:DescribeVpcs",
            json!({"Filters": [{"Nam": "x"}]}),
            "Filters: Nam is not in the model",
        ),
        (
            "cloudwatch:GetMetricData",
            json!({"StartTime": "yesterday", "EndTime": "2026-11-01T00:00:00Z",
                "MetricDataQueries": []}),
            "StartTime: `yesterday` is not a time",
        ),
    ] {
        let fault = ask(&client, operation, request).await.unwrap_err();
        assert_eq!(fault.because.code.id, "SG-A014", "{operation}");
        assert!(fault.to_string().ends_with(cause), "{fault}");
        assert_eq!(fault.retry, Retry::Never);
    }
    let fault = ask(&client, "secretsmanager:GetSecretValue", json!({})).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-A013");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn an_answer_of_something_else_is_told_as_such() {
    let server = Server::start([Answer::ok("<html><body>Log in</body></html>")]).await;
    let client = client(&server.url).await;
    for operation in ["ecs:ListClusters", "ec2:DescribeVpcs", "route53:ListHostedZones"] {
        let fault = ask(&client, operation, json!({})).await.unwrap_err();
        assert_eq!(fault.because.code.id, "SG-A009", "{operation}: {fault}");
        assert!(fault.to_string().contains(&server.url), "{fault}");
    }
}
