//! What stands before every page: hosts, other sites, tokens, headers.

use segue::console::Settings;

use super::story::site::Site;

fn closed() -> (tempfile::TempDir, Site, String) {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings::local("ada").with_token_of(dir.path()).unwrap();
    let token = std::fs::read_to_string(dir.path().join("console-token")).unwrap();
    (dir, Site::new(settings), token.trim().to_owned())
}

#[test]
fn a_name_that_leads_here_from_elsewhere_is_not_served() {
    let site = Site::local();
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example"] {
        for path in ["/", "/live", "/log?format=json", "/assets/icon.svg"] {
            let answer = site.send("GET", path, &[("host", host)], "");
            assert_eq!(answer.status, 421, "{host}{path}");
            assert!(!answer.body.contains("checkout"), "{host}{path}");
        }
    }
    assert_eq!(site.send("GET", "/", &[("host", "localhost:1")], "").status, 200);
}

#[test]
fn a_form_of_another_site_does_nothing() {
    let site = Site::local();
    let question = site.get("/shifts/checkout-prod/abort");
    let session = question.cookie("segue_session").unwrap();
    let form = format!("form={}", question.form());
    let path = "/shifts/checkout-prod/abort";
    let own = format!("http://{}", site.address);
    let no_token = ["", "form=", "form=0000", &form[..form.len() - 1]];
    for body in no_token {
        assert!([403, 422].contains(&site.post(path, &session, body).status), "{body}");
    }
    // The token of another session.
    assert_eq!(site.post(path, "segue_session=00", &form).status, 403);
    assert_eq!(site.post(path, "", &form).status, 403);
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = site.send("POST", path, &[("cookie", &session), (name, value)], &form);
        assert_eq!(answer.status, 403, "{name}: {value}");
        assert!(answer.body.contains("SG-W002"));
    }
    assert!(site.story.said().is_empty());
    // The same with everything right: so it was the token and the origin that refused it.
    let answer = site.send("POST", path, &[("cookie", &session), ("origin", &own)], &form);
    assert_eq!((answer.status, site.story.said().len()), (303, 1));
    // A deed is never done by a link.
    assert_eq!(site.get("/shifts/cart-prod/pause").status, 200);
    assert_eq!(site.story.said().len(), 1);
}

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    let site = Site::local();
    for path in ["/", "/shifts/checkout-prod", "/nothing", "/log?format=json", "/assets/icon.svg"] {
        let answer = site.get(path);
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {part}");
        }
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        let keep = answer.header("cache-control").unwrap();
        assert_eq!(keep == "no-store", !path.starts_with("/assets"), "{path}: {keep}");
    }
    let cookie = site.get("/").head.to_lowercase();
    let cookie = cookie.lines().find(|line| line.contains("segue_session=")).unwrap().to_owned();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=strict"), "{cookie}");
}

#[test]
fn without_the_token_nothing_is_shown_and_nothing_done() {
    let (_dir, site, _token) = closed();
    for path in ["/", "/shifts", "/shifts/checkout-prod", "/log?format=json", "/why/SG-T013"] {
        let answer = site.get(path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").unwrap().starts_with("/login?to="), "{path}");
    }
    assert_eq!(site.get("/live").status, 401);
    let page = site.get("/login");
    let session = page.cookie("segue_session").unwrap();
    let form = format!("form={}", page.form());
    assert_eq!(site.post("/shifts/checkout-prod/abort", &session, &form).status, 401);
    let forged = format!("{session}; segue_who=616461.{}", "0".repeat(64));
    assert_eq!(site.post("/shifts/checkout-prod/abort", &forged, &form).status, 401);
    assert!(site.story.said().is_empty());
}

#[test]
fn one_who_logs_in_acts_in_their_own_name() {
    let (_dir, site, token) = closed();
    let page = site.get("/login?to=%2Fshifts%2Fcart-prod");
    let session = page.cookie("segue_session").unwrap();
    let enter = |token: &str, to: &str| {
        let body = format!("form={}&name=grace&to={to}&token={token}", page.form());
        site.post("/login", &session, &body)
    };
    for wrong in ["", "wrong", &token[1..], &format!("{token}0")] {
        let answer = enter(wrong, "/");
        assert_eq!((answer.status, answer.cookie("segue_who")), (401, None), "{wrong}");
    }
    // Only places of this console.
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        assert_eq!(enter(&token, elsewhere).header("location"), Some("/"), "{elsewhere}");
    }
    let entered = enter(&token, "%2Fshifts%2Fcart-prod");
    assert_eq!((entered.status, entered.header("location")), (303, Some("/shifts/cart-prod")));
    let cookies = format!("{session}; {}", entered.cookie("segue_who").unwrap());
    let question = site.send("GET", "/shifts/cart-prod/approve", &[("cookie", &cookies)], "");
    assert_eq!(question.status, 200, "grace is not the author");
    let form = format!("form={}", question.form());
    assert_eq!(site.post("/shifts/cart-prod/approve", &cookies, &form).status, 303);
    assert_eq!(site.story.said(), [("grace".to_owned(), "approve".to_owned())]);
    assert!(!question.body.contains(&token));
}

#[test]
fn a_name_or_a_reason_is_never_markup() {
    let site = Site::local();
    let evil = "<script>alert(1)</script><img src=x>";
    site.story.change(|shift| {
        evil.clone_into(&mut shift.author);
        evil.clone_into(&mut shift.old.group);
        evil.clone_into(&mut shift.gates[0].measured);
        let because = shift.because.take();
        shift.because = because.map(|reason| reason.with("evidence", evil));
        evil.clone_into(&mut shift.history[0].by);
    });
    for path in [
        "/",
        "/shifts",
        "/shifts/checkout-prod",
        "/shifts/checkout-prod/abort",
        "/why/shift/checkout-prod",
        "/log",
        "/%3Cscript%3E",
    ] {
        let page = site.get(path).body;
        assert!(!page.contains("<script>") && !page.contains("<img"), "{path}");
    }
    assert!(site.get("/shifts/checkout-prod").body.contains("&lt;script&gt;"));
}
