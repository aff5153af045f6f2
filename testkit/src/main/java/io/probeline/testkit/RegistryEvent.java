package io.probeline.testkit;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One line of the registry's file: what has been decided, in its order. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RegistryEvent.Registered.class, name = "registered"),
    @JsonSubTypes.Type(value = RegistryEvent.Hidden.class, name = "hidden"),
    @JsonSubTypes.Type(value = RegistryEvent.Removed.class, name = "removed"),
    @JsonSubTypes.Type(value = RegistryEvent.Configured.class, name = "configured"),
    @JsonSubTypes.Type(value = RegistryEvent.Unconfigured.class, name = "unconfigured")
})
sealed interface RegistryEvent {
    /** A subject has a new version, of a schema that may have had its id before. */
    record Registered(String subject, int version, int id, String schema) implements RegistryEvent {}

    /** A version was deleted softly: it is found only by who asks for deleted ones; its id still resolves. */
    record Hidden(String subject, int version) implements RegistryEvent {}

    /** A hidden version was deleted for good. */
    record Removed(String subject, int version) implements RegistryEvent {}

    /** A subject, or the registry as a whole for the subject "", has its compatibility. */
    record Configured(String subject, Compatibility compatibility) implements RegistryEvent {}

    /** A subject follows the registry as a whole again. */
    record Unconfigured(String subject) implements RegistryEvent {}
}
