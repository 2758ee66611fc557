using System.Security.Cryptography;
using System.Text;
using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core.Users;

/// <summary>Login tokens: 32 upper-case hexadecimal digits, of which only the SHA-256 is kept.</summary>
public sealed class TokenService
{
    private readonly IUserStore _store;
    private readonly TimeProvider _time;

    internal TokenService(IUserStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <summary>Issues a token. Earlier ones stay good until they expire.</summary>
    public async ValueTask<string> IssueAsync(Project project, long userId, CancellationToken cancellationToken)
    {
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var expires = _time.GetUtcNow().ToUnixTimeMilliseconds() + (project.Settings.TokenLifetimeSeconds * 1000L);
        await _store.AddTokenAsync(project.Id, userId, Hash(token), expires, cancellationToken);
        return token;
    }

    /// <summary>Whether the token is good for this user of this project now. It stays good: clients log in again with it.</summary>
    public async ValueTask<bool> IsGoodAsync(Project project, long userId, string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > 256)
            return false;
        var expires = await _store.FindTokenAsync(project.Id, userId, Hash(token), cancellationToken);
        return expires > _time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>Makes all tokens of a user worthless.</summary>
    public ValueTask RevokeAsync(Project project, long userId, CancellationToken cancellationToken) =>
        _store.RemoveTokensAsync(project.Id, userId, cancellationToken);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
