//! The reference page names every operation of the table, and says truly which only read.

#[test]
fn the_page_lists_every_operation() {
    let page = include_str!("../../../../docs/reference/aws.md");
    for (operation, reads) in live::aws::known() {
        let (service, name) = operation.split_once(':').unwrap();
        // A service stands in the table of paces as well, with two columns.
        let rows = page.lines().filter(|line| line.starts_with(&format!("| `{service}` | ")));
        let row = rows.max_by_key(|line| line.len()).unwrap_or_default();
        let column = row.split(" | ").nth(if reads { 2 } else { 3 }).unwrap_or_default();
        let listed = column.trim_end_matches([' ', '|']).split(", ").any(|word| word == name);
        assert!(listed, "{operation} is not in docs/reference/aws.md");
    }
}
