// SPDX-License-Identifier: MIT
/// \file
/// What tests of an application include beside <pottle/pottle.hpp>.
#pragma once

#include <pottle/testing/test_client.hpp>
#include <pottle/testing/test_request_context.hpp>
