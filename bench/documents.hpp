// SPDX-License-Identifier: MIT
/// \file
/// The documents that the server's benchmark and the codec's read and write: a request-sized order
/// with constraints, and the message of the JSON test.
#pragma once

#include <pottle/reflect/constraints.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

struct Message {
    std::string message;
};

struct Address {
    std::string street;
    std::string city;
    int zip = 0;
};

struct Order {
    std::int64_t id = 0;
    pottle::Text<1, 80> customer;
    pottle::Email email;
    Address address;
    std::vector<std::string> tags;
    bool gift = false;
    double total = 0;
    std::optional<std::string> note;
    pottle::Int<1, 100> quantity;
};

}  // namespace bench
