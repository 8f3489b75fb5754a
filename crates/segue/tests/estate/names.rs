//! The sixty cells get the names that the estate was made from.

use crate::said::Said;
use migrate::naming::Verdict;

#[test]
fn every_cluster_service_and_family_is_understood() {
    let said = Said::of_the_estate();
    let names = &said.generated.names;
    let (mut wrong, mut asked) = (Vec::new(), Vec::new());
    for cell in &said.cells {
        for id in [cell.cluster_arn(), cell.service_arn(), cell.task_definition_arn()] {
            let Some(name) = names.get(&id) else {
                wrong.push(format!("{id}: not there"));
                continue;
            };
            let is = (name.environment.as_deref(), name.service.as_deref());
            if is != (Some(cell.env.word()), Some(cell.service.name)) {
                wrong.push(format!("{id}: {is:?}"));
            }
            if name.verdict != Verdict::Accepted {
                asked.push(id);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of 180 wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked.len() <= 6, "{} of 180 are asked or listed:\n{}", asked.len(), asked.join("\n"));
}
