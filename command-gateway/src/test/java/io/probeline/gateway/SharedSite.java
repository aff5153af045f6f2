package io.probeline.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One site for all tests of the run that ask for it, with one gateway and one processor: Kafka's start is the dear part. */
final class SharedSite implements ParameterResolver {
    /** The site, what runs on it, and the clients that most tests need. */
    record Running(Site site, Site.Gateway gateway, LittleProcessor processor) implements AutoCloseable {
        Client agent() {
            return gateway.client(site.agent());
        }

        Client senior() {
            return gateway.client(site.senior());
        }

        Client architect() {
            return gateway.client(site.architect());
        }

        /** An open session for a device of its own. @return its interaction */
        Session open(String... commands) {
            var device = site.deviceOf("customer-1");
            var interaction = site.unique("interaction");
            var reply = architect().initiate(interaction, "customer-1", device, commands);
            if (reply.status() != 202) {
                throw new AssertionError(reply.toString());
            }
            return new Session(
                    interaction, device, reply.json().path("sessionId").asText(), reply);
        }

        @Override
        public void close() {
            gateway.close();
            processor.close();
            try {
                site.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** An open session of a test. */
    record Session(String interaction, String device, String sessionId, Client.Reply reply) {
        String path() {
            return "/v1/diagnostics/sessions/" + interaction;
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedSite.class))
                .computeIfAbsent(Running.class, type -> open(), Running.class);
    }

    private static Running open() {
        try {
            var site = Site.open();
            var gateway = site.gateway();
            return new Running(site, gateway, site.processor());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
