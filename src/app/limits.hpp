// SPDX-License-Identifier: MIT
/// \file
/// Limits: what an application's configuration says about bodies and answers, read once when the
/// application freezes.
#pragma once

#include <pottle/app/route_option.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>

#include <cstdint>
#include <optional>

namespace pottle {
class Config;
}

namespace pottle::app {

/// A value.
struct Limits {
    /// MAX_CONTENT_LENGTH where the application has set it; otherwise the server's limit stands.
    std::optional<ByteCount> content_length{};
    FormLimits form{};
    Milliseconds body_timeout{60'000};      ///< BODY_TIMEOUT; 0: none
    Milliseconds response_timeout{60'000};  ///< RESPONSE_TIMEOUT; 0: none
    /// SEND_FILE_MAX_AGE_DEFAULT in seconds; empty: files say nothing of their age.
    std::optional<std::int64_t> file_max_age = 43'200;
    ByteCount cookie_size = 4093;  ///< MAX_COOKIE_SIZE; 0: no warning

    static Limits from(const Config& config);
};

}  // namespace pottle::app
