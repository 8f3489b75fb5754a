//! The one VPC of the company, its subnets and its security groups.

use super::catalog::Env;
use super::dice::Dice;

/// The id of the VPC: one for all three environments.
pub fn vpc(dice: Dice) -> String {
    format!("vpc-0{}", dice.hex("vpc", 16))
}

/// The private subnets of an environment, one in each zone.
pub fn subnets(env: Env, dice: Dice) -> Vec<String> {
    (0..3)
        .map(|zone| {
            format!(
                "subnet-0{}",
                dice.hex(&format!("subnet/{}/{zone}", env.word()), 16)
            )
        })
        .collect()
}
