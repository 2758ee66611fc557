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
/// <param name="Code">0 = good; otherwise 701 to 706, or 802 when the store failed (openim.md §1.6).</param>
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

    /// <summary>Tokens of a user and platform beyond this many in a second repeat an earlier one.</summary>
    private const int MostInOneSecond = 16;

    /// <summary>How long a new token is good, in seconds.</summary>
    public long Lifetime => host.Settings.TokenDays * SecondsPerDay;

    /// <summary>
    /// Makes a token; earlier ones stay good. What tells two of one user and platform apart is the second in which they were made: the later
    /// one of a second is dated back, so that it does not make good again what a kick in that second made worthless.
    /// </summary>
    public async ValueTask<IssuedToken> IssueAsync(Project project, string name, long userId, string platform, CancellationToken cancellation)
    {
        var issued = host.UnixSeconds;
        for (var i = 0; ; i++, issued--)
        {
            var token = OpenImToken.Create(name, platform, issued, Lifetime, host.SigningKey);
            var state = await host.Core.AccessTokens.FindAsync(project, userId, platform, token, cancellation);
            if (state == AccessTokenState.Normal && i >= MostInOneSecond)
                return new(token, issued + Lifetime);
            if (state is not null)
                continue; // there are only so many that are kept (CoreSettings.AccessTokensPerPlatform)
            await host.Core.AccessTokens.AddAsync(project, userId, platform, token, issued + Lifetime, cancellation);
            return new(token, issued + Lifetime);
        }
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
            return TokenVerdict.Refused(OpenImFailures.StoreCode); // the store logs why; of the token nothing is said
        }
    }

    /// <summary>Makes a user's tokens of a platform (null = all) worthless because of a kick or a newer login, but for one.</summary>
    public ValueTask KickAsync(Project project, long userId, string? platform, string? exceptToken, CancellationToken cancellation) =>
        host.Core.AccessTokens.SetStateAsync(project, userId, platform, exceptToken, AccessTokenState.Kicked, cancellation);

    /// <summary>Makes all tokens of a user worthless.</summary>
    public ValueTask InvalidateAsync(Project project, long userId, CancellationToken cancellation) =>
        host.Core.AccessTokens.SetStateAsync(project, userId, platform: null, exceptToken: null, AccessTokenState.Invalid, cancellation);
}
