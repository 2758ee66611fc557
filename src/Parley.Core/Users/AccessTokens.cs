using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Core.Cluster;
using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core.Users;

/// <summary>
/// Tokens that a gateway made and handed out to a user on a platform. Here is only kept that they were, and what they are worth since;
/// several of one user and platform may be good at once.
/// </summary>
public sealed class AccessTokens
{
    /// <summary>A token longer than this many characters was never handed out.</summary>
    public const int MaxLength = 4096;

    private readonly IAccessTokenStore _store;
    private readonly IBackplane _backplane;
    private readonly TimeProvider _time;
    private readonly int _perPlatform;

    /// <summary>What is cached of a user's tokens is found through the user's stamp: with a new stamp all of it is forgotten.</summary>
    private readonly BoundedCache<UserKey, Stamp> _stamps;

    private readonly BoundedCache<CacheKey, AccessTokenRecord?> _tokens;

    internal AccessTokens(IAccessTokenStore store, IBackplane backplane, CoreSettings settings, TimeProvider time)
    {
        _store = store;
        _backplane = backplane;
        _time = time;
        _perPlatform = settings.AccessTokensPerPlatform;
        _stamps = new(settings.CachedAccessTokens, static user => new(new Stamp(user)));
        _tokens = new(settings.CachedAccessTokens, key => LoadAsync(key));
        backplane.Subscribe(CacheArea.AccessTokens, notice => _stamps.Remove(new(notice.ProjectId, notice.Id)));
    }

    /// <summary>
    /// Keeps a token that was handed out. Those of the same user and platform that are past their expiry are forgotten; the others stay,
    /// also those that are worthless, so that nobody hands them out again; but only as many as
    /// <see cref="CoreSettings.AccessTokensPerPlatform"/>: beyond it those that expire first go.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="userId">The user.</param>
    /// <param name="platform">The platform; case counts, and "" is one too.</param>
    /// <param name="token">The token; at most <see cref="MaxLength"/> characters.</param>
    /// <param name="expiresUnixSeconds">Its expiry, in unix seconds.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async ValueTask AddAsync(
        Project project, long userId, string platform, string token, long expiresUnixSeconds, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(token.Length, MaxLength);
        await _store.AddAsync(
            new(project.Id, userId, platform, Hash(token)), expiresUnixSeconds, Now, _perPlatform, cancellationToken);
        await ForgetAsync(project, userId);
    }

    /// <summary>What a token of this user on this platform is worth now; null = none like it was handed out, or it was forgotten.</summary>
    public async ValueTask<AccessTokenState?> FindAsync(
        Project project, long userId, string platform, string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxLength)
            return null;
        cancellationToken.ThrowIfCancellationRequested();
        var stamp = await _stamps.GetAsync(new(project.Id, userId));
        var key = new CacheKey(stamp, platform, Hash(token));
        if (await _tokens.GetAsync(key) is not { } found)
        {
            _tokens.Remove(key); // what anybody may ask for takes no room
            return null;
        }
        return found.State == AccessTokenState.Normal && found.Expires < Now ? AccessTokenState.Expired : found.State;
    }

    /// <summary>Sets the state of the tokens of a user on a platform, whatever it was.</summary>
    /// <param name="project">The project.</param>
    /// <param name="userId">The user.</param>
    /// <param name="platform">The platform; null = all.</param>
    /// <param name="exceptToken">A token that is left as it is; null = none.</param>
    /// <param name="state">Their state from now on.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    public async ValueTask SetStateAsync(
        Project project, long userId, string? platform, string? exceptToken, AccessTokenState state,
        CancellationToken cancellationToken)
    {
        byte[] spared = exceptToken is null ? [] : Hash(exceptToken);
        await _store.SetStateAsync(project.Id, userId, platform, spared, state, cancellationToken);
        await ForgetAsync(project, userId);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private ValueTask ForgetAsync(Project project, long userId) =>
        _backplane.InvalidateAsync(new(CacheArea.AccessTokens, project.Id, userId));

    private ValueTask<AccessTokenRecord?> LoadAsync(CacheKey key) => _store.FindAsync(
        new(key.Stamp.User.ProjectId, key.Stamp.User.UserId, key.Platform, key.Hash.ToArray()), CancellationToken.None);

    /// <summary>Equal to nothing but itself.</summary>
    private sealed class Stamp(UserKey user)
    {
        public UserKey User { get; } = user;
    }

    private readonly record struct Digest(UInt128 High, UInt128 Low)
    {
        public static implicit operator Digest(byte[] hash) =>
            new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash.AsSpan(16)));

        public byte[] ToArray()
        {
            var hash = new byte[32];
            BinaryPrimitives.WriteUInt128BigEndian(hash, High);
            BinaryPrimitives.WriteUInt128BigEndian(hash.AsSpan(16), Low);
            return hash;
        }
    }

    private readonly record struct CacheKey(Stamp Stamp, string Platform, Digest Hash);
}
