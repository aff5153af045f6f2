package io.probeline.schemas;

import org.apache.avro.Schema;

/** A registry with the Confluent API. Both calls block, may throw {@link RegistryException}, and are answered from memory once known. */
public interface SchemaRegistry {
    /** The id of this schema under this subject, registering it when it is new. */
    int register(String subject, Schema schema);

    /** The schema that was registered under this id, anywhere. */
    Schema byId(int id);

    /** The registry could not be asked, or said no. */
    final class RegistryException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean retriable;

        public RegistryException(String message, boolean retriable) {
            super(message);
            this.retriable = retriable;
        }

        public RegistryException(String message, Throwable cause) {
            super(message, cause);
            this.retriable = true;
        }

        /** False where asking again gives the same answer. */
        public boolean retriable() {
            return retriable;
        }
    }
}
