# One image, four commands: the lib folder that the build made, and a Java 25. BASE may be any image with a Java 25 and bash.
ARG BASE=eclipse-temurin:25-jre
FROM ${BASE}
COPY bin/probeline /opt/probeline/bin/probeline
COPY quickstart/target/lib /opt/probeline/quickstart/target/lib
USER 10001
ENTRYPOINT ["/opt/probeline/bin/probeline"]
