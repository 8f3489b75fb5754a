//! The pages: what is on them, that they can be read and used without script, and their size.

use segue::serve::book::{Fate, Standing};

use super::story::book::NAME;
use super::story::site::Site;

const PAGES: [&str; 9] = [
    "/",
    "/shifts",
    "/shifts/checkout-prod",
    "/shifts/search-prod",
    "/shifts/%EA%B0%95%EC%9D%98-dev",
    "/why/shift/checkout-prod",
    "/log",
    "/migrate",
    "/rehearse",
];

#[test]
fn every_page_is_whole_small_and_needs_nothing_from_elsewhere() {
    let site = Site::local();
    for path in PAGES {
        for lang in ["en", "ko"] {
            let page = site.get(&format!("{path}?lang={lang}"));
            assert_eq!(page.status, 200, "{path}");
            let body = &page.body;
            assert!(body.contains(&format!("<html lang=\"{lang}\">")), "{path}");
            assert_eq!(body.matches("<h1>").count(), 1, "{path}");
            // What the policy would refuse: nothing of it is there.
            for forbidden in
                [" style=\"", "<style", "onclick", "javascript:", "http://", "https://"]
            {
                assert!(!body.contains(forbidden), "{path}: {forbidden}");
            }
            let assets: usize =
                [".css", ".js"].iter().map(|end| site.get(&asset(body, end)).body.len()).sum();
            assert!(body.len() + assets < 150_000, "{path}: {} bytes", body.len() + assets);
        }
    }
}

fn asset(body: &str, end: &str) -> String {
    let mut names = body.split(['"', '\'']).filter(|part| part.starts_with("/assets/"));
    names.find(|name| name.ends_with(end)).unwrap().to_owned()
}

#[test]
fn a_shift_tells_its_three_weights_gates_steps_and_reasons() {
    let site = Site::local();
    let page = site.get("/shifts/checkout-prod").body;
    for said in [
        "on its way",
        "25.4 %",
        "stated by the balancer",
        "≤ 0.50 %",
        "of 8 ticks",
        "checkout-ecs 100 %, within 2 s",
        "5 % → 25 % for the new side",
        "SG-T001",
        "6 of 60 requests failed on the new side",
        "1,000 sent",
        "25 % → 50 %",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let page = site.get("/shifts/checkout-prod?lang=ko").body;
    for said in ["진행 중", "로드 밸런서 반영", "신규 쪽 가중치 5 % → 25 %", "일시 정지"]
    {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn home_says_first_what_needs_a_person() {
    let page = Site::local().get("/").body;
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(place("Waits for a person") < place("cart-prod"));
    assert!(place("cart-prod") < place("Moving now"));
    assert!(place("Moving now") < place("checkout-prod"));
    assert!(place("checkout-prod") < place("mail-stag"));
    assert!(page.contains("1 across, 1 not begun, 5 of 6 copies ready"));
    assert!(page.contains("nothing is known of cronjob/report"));
}

#[test]
fn a_deed_is_asked_about_and_done_without_script() {
    let site = Site::local();
    let page = site.get("/shifts/checkout-prod");
    assert!(page.body.contains("href=\"/shifts/checkout-prod/abort\""));
    let question = site.get("/shifts/checkout-prod/abort");
    assert!(
        question.body.contains("All requests go back to checkout-ecs in one order: 25 % → 0 %.")
    );
    let session = question.cookie("segue_session").unwrap();
    let form = format!("form={}", question.form());
    let done = site.post("/shifts/checkout-prod/abort", &session, &form);
    assert_eq!(
        (done.status, done.header("location")),
        (303, Some("/shifts/checkout-prod?said=abort"))
    );
    assert_eq!(site.story.said(), [("ada".to_owned(), "abort".to_owned())]);
    let page = site.get("/shifts/checkout-prod?said=abort").body;
    assert!(
        page.contains("Abort: written to the journal.") && page.contains("back on the old side")
    );
    // A second time it is refused with the reason, and nothing is said to the book.
    let again = site.post("/shifts/checkout-prod/abort", &session, &form);
    assert_eq!(again.status, 409);
    assert!(again.body.contains("SG-W006") && again.body.contains("the shift has ended"));
    assert_eq!(site.story.said().len(), 1);
}

#[test]
fn past_a_gate_goes_only_who_types_the_name() {
    let site = Site::local();
    let question = site.get("/shifts/checkout-prod/promote");
    assert!(question.body.contains("requests 212 (wanted ≥ 300)"), "{}", question.body);
    assert!(question.body.contains("name=\"typed\""));
    let session = question.cookie("segue_session").unwrap();
    for typed in ["", "&typed=", "&typed=checkout"] {
        let form = format!("form={}{typed}", question.form());
        let refused = site.post("/shifts/checkout-prod/promote", &session, &form);
        assert_eq!(refused.status, 409, "{typed}");
        assert!(refused.body.contains("SG-S010"), "{}", refused.body);
    }
    assert!(site.story.said().is_empty());
    let form = format!("form={}&typed=checkout-prod", question.form());
    let done = site.post("/shifts/checkout-prod/promote", &session, &form);
    assert_eq!(done.status, 303);
    assert_eq!(site.story.said(), [("ada".to_owned(), "promote".to_owned())]);
    // Where every gate passes, nothing is asked for.
    site.story.change(|shift| shift.gates.retain(|gate| gate.standing == Standing::Passed));
    assert!(!site.get("/shifts/checkout-prod/promote").body.contains("name=\"typed\""));
}

#[test]
fn what_cannot_be_done_is_there_with_the_reason() {
    let site = Site::local();
    let dead = |page: &str, deed: &str| {
        let at = page.find(&format!("id=\"deed-{deed}\" type=\"button\" disabled"));
        let at = at.unwrap_or_else(|| panic!("{deed} is not dead"));
        page[at..].split("</small>").next().unwrap().rsplit('>').next().unwrap().to_owned()
    };
    let page = site.get("/shifts/cart-prod").body;
    assert_eq!(dead(&page, "approve"), "somebody else than its author (ada) has to agree");
    let page = site.get("/shifts/checkout-prod").body;
    assert_eq!(dead(&page, "approve"), "the new side does not answer everything yet");
    let page = site.get("/shifts/search-prod").body;
    assert!(page.contains("href=\"/shifts/search-prod/adopt\""));
    assert_eq!(dead(&page, "abort"), "the shift stands still; it is adopted or mended first");
    site.story
        .change(|shift| shift.steps.iter_mut().for_each(|step| step.standing = Standing::Ahead));
    assert_eq!(dead(&site.get("/shifts/checkout-prod").body, "promote"), "no step is being held");
}

#[test]
fn a_page_stays_live() {
    let site = Site::local();
    let seen = site.watch("/live/shifts/checkout-prod", "", "stands still", || {
        site.story.change(|shift| shift.fate = Fate::Frozen);
    });
    // Only what differs is sent: the crossing has not changed.
    assert!(seen.contains("\"id\":\"deeds\"") && !seen.contains("\"id\":\"crossing\""), "{seen}");
    let seen = site.watch("/live?lang=ko", "", "기존 쪽으로 되돌림", || {
        site.story.change(|shift| shift.fate = Fate::RolledBack);
    });
    assert!(seen.contains(NAME));
}

#[test]
fn forgotten_pages_do_not_use_up_the_server() {
    let site = Site::local();
    let open: Vec<_> = (0..64)
        .map(|_| {
            let mut watched = std::net::TcpStream::connect(site.address).unwrap();
            std::io::Write::write_all(
                &mut watched,
                format!("GET /live HTTP/1.1\r\nhost: {}\r\n\r\n", site.address).as_bytes(),
            )
            .unwrap();
            // The answer's first byte says that the place is taken.
            std::io::Read::read_exact(&mut watched, &mut [0; 1]).unwrap();
            watched
        })
        .collect();
    let refused = site.get("/live");
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("SG-W008"));
    assert_eq!(site.get("/").status, 200, "pages are still shown");
    drop(open);
}

#[test]
fn the_activity_is_filtered_by_its_address_and_can_be_taken_along() {
    let site = Site::local();
    let all = site.get("/log").body;
    assert!(all.contains("resume") && all.contains("preflight"));
    let hers = site.get("/log?by=grace").body;
    assert!(hers.contains("resume") && !hers.contains("<td>preflight"));
    let data = site.get("/log?by=grace&format=json");
    let acts: serde_json::Value = serde_json::from_str(&data.body).unwrap();
    assert_eq!((acts.as_array().unwrap().len(), &acts[0]["by"]), (1, &"grace".into()));
}

#[test]
fn why_answers_for_shifts_held_things_and_codes() {
    let site = Site::local();
    assert!(
        site.get("/why/shift/checkout-prod").body.contains("held at 25 %: 5 of 8 ticks observed")
    );
    assert!(site.get("/why/cronjob/report").body.contains("SG-T045"));
    assert!(site.get("/why/SG-T013").body.contains("sequential test"));
    assert_eq!(site.get("/why/shift/nobody").status, 404);
}

#[test]
fn the_plan_and_its_rehearsals_have_pages() {
    let site = Site::planned();
    let page = site.get("/migrate").body;
    assert!(page.contains("waves.") && page.contains("href=\"/migrate/report?lang=en\""), "{page}");
    let report = site.get("/migrate/report?lang=ko");
    assert!(report.body.contains("<html lang=\"ko\">"));
    let policy = report.header("content-security-policy").unwrap();
    assert!(policy.contains("style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert!(site.get("/rehearse").body.contains("href=\"/rehearse/run.yaml\""));
    let at = |secs: u64| site.get(&format!("/rehearse/run.yaml?at={secs}&part=1")).body;
    let (early, late) = (at(1), at(999_999));
    assert!(early.contains("At 00:00:01 of ") && !early.contains("<h1>"), "{early}");
    assert!(late.contains("✔ done") && !early.contains("✔ done"), "{late}");
    assert!(late.contains("<span class=\"figure\">100 %"), "{late}");
    assert!(early.contains("<span class=\"figure\">0 %"));
    for outside in ["/rehearse/..%2Fsegue.yaml", "/rehearse/other.yaml"] {
        assert_eq!(site.get(outside).status, 404, "{outside}");
    }
}
