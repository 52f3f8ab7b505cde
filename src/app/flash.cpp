// SPDX-License-Identifier: MIT
#include <pottle/app/flash.hpp>
#include <pottle/app/signals.hpp>

#include <algorithm>

namespace pottle {

namespace {
constexpr std::string_view kFlashes = "_flashes";  // Flask's name for them

using Pair = std::pair<std::string, std::string>;  // category, message: a tuple in the cookie

/// An empty list wants everything.
bool wants(const std::vector<std::string>& categories, const std::string& category) {
    return categories.empty() || std::ranges::find(categories, category) != categories.end();
}

}  // namespace

void flash(Session& session, std::string_view message, std::string_view category) {
    JsonArray messages;
    if (const JsonValue* queued = session.find(kFlashes); queued && queued->is_array())
        messages = queued->as_array();
    const std::size_t keep = std::max<std::size_t>(session.max_flashes_, 1) - 1;
    if (messages.size() > keep)
        messages.erase(messages.begin(), messages.end() - static_cast<std::ptrdiff_t>(keep));
    messages.push_back(SessionValue<Pair>::to({std::string(category), std::string(message)}));
    session.assign(kFlashes, std::move(messages));
    if (session.signals_ && session.signals_->message_flashed.has_receivers())
        session.signals_->message_flashed.send(
            session, FlashMessage{std::string(category), std::string(message)});
}

std::vector<FlashMessage> get_flashed_messages(Session& session,
                                               const std::vector<std::string>& categories) {
    if (!session.flashed_) {
        const JsonValue* queued = session.find(kFlashes);
        session.flashed_ = queued && queued->is_array() ? queued->as_array() : JsonArray();
        session.erase(kFlashes);
    }
    std::vector<FlashMessage> messages;
    for (const JsonValue& item : *session.flashed_) {
        std::optional<Pair> pair = SessionValue<Pair>::from(item);
        if (!pair) continue;
        if (!wants(categories, pair->first)) continue;
        messages.push_back({std::move(pair->first), std::move(pair->second)});
    }
    return messages;
}

}  // namespace pottle
