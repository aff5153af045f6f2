package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** A command as the bridge sent it. */
public record DeviceCommand(String commandId, String command, JsonNode params, int attempt, Instant deadline) {}
