//! EFS: file systems, access points and mount targets of the two services that use them.

use super::cell::Cell;

/// The id of a cell's file system.
pub fn file_system_id(cell: &Cell) -> String {
    format!("fs-0{}", cell.dice.hex(&cell.label("efs"), 16))
}

/// The id of a cell's access point.
pub fn access_point_id(cell: &Cell) -> String {
    format!("fsap-0{}", cell.dice.hex(&cell.label("access-point"), 16))
}
