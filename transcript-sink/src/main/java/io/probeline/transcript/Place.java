package io.probeline.transcript;

/** Where a line stands in the transcript topic. */
record Place(String lineId, int partition, long offset) {}
