// SPDX-License-Identifier: MIT
/// \file
/// Flash messages: what one request leaves in the session for the next page to show.
#pragma once

#include <pottle/app/session.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle {

struct FlashMessage {
    std::string category;
    std::string message;
};

/// Leaves a message. Beyond SESSION_MAX_FLASHES the oldest one gives way.
///
/// Errors: as Session::set().
void flash(Session& session, std::string_view message, std::string_view category = "message");

/// Takes the messages out of the session; calls later in the same request get them again. With
/// `categories`, only messages of these are returned (all are taken out).
std::vector<FlashMessage> get_flashed_messages(Session& session,
                                               const std::vector<std::string>& categories = {});

}  // namespace pottle
