// SPDX-License-Identifier: MIT
/// \file
/// Arguments: what stands behind the name of an application's own command.
#pragma once

#include <pottle/http/multi_dict.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// The arguments of the running command. A resource of its application; command handlers take it as
/// `Arguments&`.
///
///     app.command("seed", "fills the shop with examples", [](Arguments& arguments, Store& store) {
///         store.fill(arguments.get("--count", "10"));
///     });
///
/// `program seed shoes --count 20`: positional() is {"shoes"}, get("--count") is "20". An option
/// takes what follows it unless that is an option as well; behind "--" nothing is an option.
class Arguments {
public:
    void parse(const std::vector<std::string>& words);

    const std::vector<std::string>& positional() const noexcept { return positional_; }
    bool contains(std::string_view option) const noexcept { return options_.contains(option); }
    std::string_view get(std::string_view option, std::string_view fallback = {}) const noexcept {
        return options_.get(option, fallback);
    }
    std::vector<std::string_view> get_all(std::string_view option) const {
        return options_.get_all(option);
    }

    /// The status that the program exits with when the command has ended.
    void set_exit_status(int status) noexcept { exit_status_ = status; }
    int exit_status() const noexcept { return exit_status_; }

private:
    std::vector<std::string> positional_;
    MultiDict options_;
    int exit_status_ = 0;
};

}  // namespace pottle
