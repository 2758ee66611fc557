namespace Parley.Wire.OpenIm;

/// <summary>What a token says (openim §2.2). All times are unix seconds.</summary>
/// <param name="UserId">The user, claim <c>UID</c>.</param>
/// <param name="Platform">Name of the platform, claim <c>Platform</c>; empty for number 8.</param>
/// <param name="Expiry">The first second at which it is no longer good, claim <c>exp</c>.</param>
/// <param name="NotBefore">Claim <c>nbf</c>; 0 when absent.</param>
/// <param name="IssuedAt">Claim <c>iat</c>; 0 when absent.</param>
public readonly record struct OpenImTokenClaims(string UserId, string Platform, long Expiry, long NotBefore, long IssuedAt);
