using Parley.Core.Projects;
using Parley.Core.Storage;
using Parley.Core.Users;
using Parley.Wire.OpenIm;

namespace Parley.Gateways.OpenIm.Tokens;

/// <summary>A token that was handed out.</summary>
/// <param name="Text">The token; empty = none.</param>
/// <param name="Expiry">Unix seconds.</param>
internal readonly record struct IssuedToken(string Text, long Expiry);

/// <summary>What a token is worth.</summary>
/// <param name="Code">0 = good; otherwise 701 to 706 (openim.md §1.6).</param>
/// <param name="Name">The user as the token has it; "" unless it is good.</param>
/// <param name="UserId">The user; 0 unless it is good.</param>
/// <param name="Platform">Name of the platform; empty for number 8.</param>
/// <param name="Expiry">Unix seconds.</param>
internal readonly record struct TokenVerdict(int Code, string Name, long UserId, string Platform, long Expiry)
{
    public bool IsGood => Code == 0;

    public static TokenVerdict Refused(int code) => new(code, "", 0, "", 0);
}

/// <summary>
/// Tokens of users and managers: signed, and only good while the core remembers that they were handed out (openim.md §2.2, §2.3).
/// </summary>
internal sealed class OpenImTokens(OpenImHost host)
{
    private const long SecondsPerDay = 86_400;

    /// <summary>How long a new token is good, in seconds.</summary>
    public long Lifetime => host.Settings.TokenDays * SecondsPerDay;

    /// <summary>Makes a token; earlier ones stay good.</summary>
    public async ValueTask<IssuedToken> IssueAsync(Project project, string name, long userId, string platform, CancellationToken cancellation)
    {
        var now = host.UnixSeconds;
        var token = OpenImToken.Create(name, platform, now, Lifetime, host.SigningKey);
        await host.Core.AccessTokens.AddAsync(project, userId, platform, token, now + Lifetime, cancellation);
        return new(token, now + Lifetime);
    }

    /// <summary>What a token is worth now.</summary>
    public async ValueTask<TokenVerdict> CheckAsync(Project project, string token, CancellationToken cancellation)
    {
        var outcome = OpenImToken.Read(token, host.SigningKey, host.UnixSeconds, out var claims);
        if (outcome != OpenImTokenOutcome.Good)
            return TokenVerdict.Refused((int)outcome);
        try
        {
            var userId = await host.People.FindIdAsync(project, claims.UserId);
            var state = userId == 0 ? null : await host.Core.AccessTokens.FindAsync(project, userId, claims.Platform, token, cancellation);
            var code = state switch
            {
                AccessTokenState.Normal => 0,
                AccessTokenState.Invalid => OpenImFailures.TokenInvalid,
                AccessTokenState.Kicked => OpenImFailures.TokenKicked,
                AccessTokenState.Expired => OpenImFailures.TokenExpired,
                _ => OpenImFailures.TokenUnknown,
            };
            return code == 0 ? new(0, claims.UserId, userId, claims.Platform, claims.Expiry) : TokenVerdict.Refused(code);
        }
        catch (StoreException)
        {
            return TokenVerdict.Refused(OpenImFailures.TokenInvalid); // the store logs why
        }
    }

    /// <summary>Makes a user's tokens of a platform (null = all) worthless because of a kick or a newer login, but for one.</summary>
    public ValueTask KickAsync(Project project, long userId, string? platform, string? exceptToken, CancellationToken cancellation) =>
        host.Core.AccessTokens.SetStateAsync(project, userId, platform, exceptToken, AccessTokenState.Kicked, cancellation);

    /// <summary>Makes all tokens of a user worthless.</summary>
    public ValueTask InvalidateAsync(Project project, long userId, CancellationToken cancellation) =>
        host.Core.AccessTokens.SetStateAsync(project, userId, platform: null, exceptToken: null, AccessTokenState.Invalid, cancellation);
}
