// SPDX-License-Identifier: MIT
/// \file
/// What a response still needs when the handler is done: its file opened or its page made
/// (late_page.hpp), its conditions evaluated, its cookies counted and dated. Called by the
/// dispatcher.
#pragma once

#include "conditional.hpp"
#include "file_cache.hpp"
#include "request_context.hpp"

namespace pottle::app {

/// Makes the open file the body of the request's response, with what is said about it.
void send_open_file(RequestContext& request, const FileSpec& spec, const OpenFiles& files);

/// Finishes the response when that needs no waiting. Returns: false when its file has to be opened,
/// then `waiting` is what open_and_complete() is called with, or when its late body has to wait.
/// Errors: throws HTTPException 412 and 416.
bool complete_at_once(RequestContext& request, Shared<const FileSpec>& waiting);

/// Opens the file on the blocking pool. Errors: as complete_at_once(), and 404 and 503.
Task<> open_and_complete(RequestContext& request, Shared<const FileSpec> spec);

/// Adds the Expires that count from now: of cookies (CK-2) and of files. Warns of cookies that are
/// larger than MAX_COOKIE_SIZE, which browsers drop (CK-5).
void add_dates(RequestContext& request);

}  // namespace pottle::app
