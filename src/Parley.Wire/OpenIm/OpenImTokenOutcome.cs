namespace Parley.Wire.OpenIm;

/// <summary>
/// What the reading of a token came to; the numbers are the codes of openim §1.6. The token store has its own say afterwards.
/// </summary>
public enum OpenImTokenOutcome
{
    /// <summary>Signed with the key, and its time is now.</summary>
    Good = 0,

    /// <summary>At or past <c>exp</c>.</summary>
    Expired = 701,

    /// <summary>Not three base64url parts of which the first two are JSON objects, or a claim of another type.</summary>
    Malformed = 703,

    /// <summary>Before <c>nbf</c>, by more than the leeway.</summary>
    NotYet = 704,

    /// <summary>Everything else: another signature, another algorithm than HS256, or a claim missing.</summary>
    BadSignature = 705,
}
