//! Ports of this machine that nobody has.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Mutex, PoisonError};

use crate::limits::PORT_TRIES;

/// The ports that were given to pods.
///
/// Somebody else may take one before the process does. The process then falls, and its next life
/// gets another.
#[derive(Debug, Default)]
pub(super) struct Ports {
    given: Mutex<BTreeSet<u16>>,
}

impl Ports {
    /// A free port for each container port.
    pub(super) fn take(&self, containers: &[u16]) -> io::Result<Vec<(u16, u16)>> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken: Vec<(u16, u16)> = Vec::new();
        for container in containers {
            match free(&given) {
                Ok(port) => {
                    given.insert(port);
                    taken.push((*container, port));
                }
                Err(error) => {
                    for (_, port) in &taken {
                        given.remove(port);
                    }
                    return Err(error);
                }
            }
        }
        Ok(taken)
    }

    /// The same ports if all of them are free, else others.
    pub(super) fn again(&self, ports: &[(u16, u16)]) -> io::Result<Vec<(u16, u16)>> {
        let free = |(_, port): &(u16, u16)| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
        if ports.iter().all(free) {
            return Ok(ports.to_vec());
        }
        let containers: Vec<u16> = ports.iter().map(|(container, _)| *container).collect();
        let others = self.take(&containers)?;
        self.give_back(ports);
        Ok(others)
    }

    /// Ports that a pod has already.
    pub(super) fn keep(&self, ports: &[(u16, u16)]) {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.extend(ports.iter().map(|(_, port)| *port));
    }

    /// Ports of a pod that has ended.
    pub(super) fn give_back(&self, ports: &[(u16, u16)]) {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, port) in ports {
            given.remove(port);
        }
    }
}

fn free(given: &BTreeSet<u16>) -> io::Result<u16> {
    let mut outcome = Err(io::ErrorKind::AddrInUse.into());
    for _ in 0..PORT_TRIES {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr());
        outcome = bound.map(|address| address.port());
        if outcome.as_ref().is_ok_and(|port| !given.contains(port)) {
            return outcome;
        }
    }
    outcome.and(Err(io::ErrorKind::AddrInUse.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_somebody_took_is_replaced() {
        let ports = Ports::default();
        let first = ports.take(&[80, 81]).unwrap();
        assert_eq!(ports.again(&first).unwrap(), first);
        let _stranger = TcpListener::bind((Ipv4Addr::LOCALHOST, first[0].1)).unwrap();
        let second = ports.again(&first).unwrap();
        assert_eq!((second[0].0, second[1].0), (80, 81));
        assert_ne!(second[0].1, first[0].1);
        ports.give_back(&second);
        assert!(ports.given.lock().unwrap().is_empty());
    }
}
