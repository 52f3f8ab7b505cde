// SPDX-License-Identifier: MIT
/// \file
/// BodyStream: a request body read piece by piece, for uploads that should not stand in memory as
/// a whole.
#pragma once

#include <pottle/async/task.hpp>
#include <pottle/base/bytes.hpp>

#include <optional>

namespace pottle {

namespace app {
class RequestContext;
}

/// The body of the running request as a stream. A resource of the request; a handler takes it as
/// `BodyStream&`.
///
/// `while (auto chunk = co_await body.next()) ...`
class BodyStream {
public:
    explicit BodyStream(app::RequestContext& request) noexcept : request_(request) {}
    BodyStream(const BodyStream&) = delete;
    BodyStream& operator=(const BodyStream&) = delete;

    /// Reads the next piece.
    ///
    /// Shape:  1 byte to 64 KiB; an empty optional at the end and ever after.
    /// Errors: throws HTTPException: 413 over the limit, 408 when the client pauses too long, 400
    ///         for bad framing.
    /// Cancel: safe; the unread rest is discarded when the request ends.
    Task<std::optional<Bytes>> next();

private:
    app::RequestContext& request_;
};

}  // namespace pottle
