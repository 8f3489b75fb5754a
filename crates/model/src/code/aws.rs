//! Codes of calling AWS: credentials, endpoints, permissions, limits (area A).

use super::codes;

codes! {}
