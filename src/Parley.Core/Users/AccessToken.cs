namespace Parley.Core.Users;

/// <summary>What an access token is worth. The numbers are kept on disk.</summary>
public enum AccessTokenState : byte
{
    /// <summary>It is good.</summary>
    Normal = 0,

    /// <summary>It was made worthless.</summary>
    Invalid = 1,

    /// <summary>Its user came from elsewhere, or was sent away.</summary>
    Kicked = 2,

    /// <summary>Its time is over.</summary>
    Expired = 3,
}

/// <summary>Names a token without being one.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="UserId">The user.</param>
/// <param name="Platform">The platform; case counts, and "" is one too.</param>
/// <param name="Hash">SHA-256 of its UTF-8 text.</param>
public readonly record struct AccessTokenKey(long ProjectId, long UserId, string Platform, ReadOnlyMemory<byte> Hash);

/// <summary>What is kept of a token.</summary>
/// <param name="State">What it is worth.</param>
/// <param name="Expires">Its expiry, in unix seconds.</param>
public readonly record struct AccessTokenRecord(AccessTokenState State, long Expires);
