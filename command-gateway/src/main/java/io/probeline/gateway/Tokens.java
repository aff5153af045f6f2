package io.probeline.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.probeline.runtime.World;
import java.text.ParseException;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bearer tokens ──▶ callers: signature by the issuer's keys, issuer, audience, time and type; anything else is nobody. */
final class Tokens {
    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final int SKEW_SECONDS = 30;
    private static final int LONGEST = 8_192;
    private static final int LONGEST_SUBJECT = 256;

    /** Signatures by a key pair only: with a shared secret, or none, anyone who checks could also sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    Tokens(GatewayConfig.Oidc oidc, IssuerKeys.Source source, World world) {
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new IssuerKeys(source, world)));
        processor.setJWTClaimsSetVerifier(new Claims(oidc, world));
    }

    /** The caller, or why there is none. */
    Step<Caller> caller(Optional<String> authorization) {
        var header = authorization.orElse("");
        if (header.length() < 8 || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Step.refuse(Problem.unauthenticated("a bearer token is needed"));
        }
        return header.length() > LONGEST
                ? Step.refuse(Problem.unauthenticated("the token is too long"))
                : checked(header.substring(7).strip());
    }

    private Step<Caller> checked(String token) {
        try {
            return caller(processor.process(SignedJWT.parse(token), null));
        } catch (ParseException | BadJOSEException e) {
            LOG.debug("a token is refused", e);
            return Step.refuse(Problem.unauthenticated("the token is not valid"));
        } catch (KeySourceException e) {
            LOG.warn("tokens can't be checked: {}", e.getMessage());
            return Step.refuse(Problem.away("the token issuer can't be asked for its keys"));
        } catch (JOSEException e) {
            LOG.debug("a token is refused", e);
            return Step.refuse(Problem.unauthenticated("the token's signature can't be checked"));
        }
    }

    private static Step<Caller> caller(JWTClaimsSet claims) throws ParseException {
        var subject = claims.getSubject();
        if (subject == null || subject.isBlank() || subject.length() > LONGEST_SUBJECT) {
            return Step.refuse(Problem.unauthenticated("the token has no usable subject"));
        }
        var scope = claims.getClaim("scope") instanceof String text ? text : "";
        return Step.on(new Caller(
                subject,
                Set.copyOf(List.of(scope.strip().split("\\s+"))),
                claims.getExpirationTime().toInstant()));
    }

    /** Issuer, audience, times, and a subject. A token may come 30 s before its time, but it ends in time, and so do the streams that it has opened. */
    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final World world;

        Claims(GatewayConfig.Oidc oidc, World world) {
            super(
                    Set.of(oidc.audience()),
                    new JWTClaimsSet.Builder().issuer(oidc.issuer()).build(),
                    Set.of("sub", "exp"),
                    Set.of());
            setMaxClockSkew(SKEW_SECONDS);
            this.world = world;
        }

        @Override
        public void verify(JWTClaimsSet claims, @Nullable SecurityContext context) throws BadJWTException {
            super.verify(claims, context);
            if (!world.now().isBefore(claims.getExpirationTime().toInstant())) {
                throw new BadJWTException("it has expired");
            }
        }

        @Override
        protected Date currentTime() {
            return Date.from(world.now());
        }
    }
}
