// SPDX-License-Identifier: MIT
/// \file
/// Logging in with a session: accounts with hashed passwords, a user as a handler's parameter,
/// messages for the next page.
#pragma once

#include <pottle/app/passwords.hpp>
#include <pottle/pottle.hpp>

#include <map>
#include <string>

namespace login {

/// Name to password hash. Made at the start and constant afterwards, so it needs no lock.
using Accounts = std::map<std::string, std::string>;

// doc: user
/// Who is logged in: a handler that takes a User answers everybody else with 401.
struct User {
    std::string name;
    static constexpr pottle::Needs needs = pottle::Needs::Session;
    static User from_request(pottle::Request& request);
};
// doc: end

pottle::App create_app(Accounts accounts);

}  // namespace login
