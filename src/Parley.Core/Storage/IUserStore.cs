using Parley.Core.Users;

namespace Parley.Core.Storage;

/// <summary>Users of projects: profile, devices, small data, options. A user comes into being by use.</summary>
public interface IUserStore
{
    /// <summary>
    /// Makes the user if there is none. <paramref name="broadcastFloor"/> is the newest broadcast at that moment: earlier ones are
    /// never unread. True when the user was made by this call.
    /// </summary>
    ValueTask<bool> EnsureAsync(long projectId, long userId, long broadcastFloor, long now, CancellationToken cancellationToken);

    /// <summary>Whether the user was ever made.</summary>
    ValueTask<bool> ExistsAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>The profile; an empty one when the user is unknown.</summary>
    ValueTask<UserProfile> GetProfileAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>The profiles of those of the users that are known, in the order asked for.</summary>
    ValueTask<IReadOnlyList<UserProfile>> GetProfilesAsync(long projectId, IReadOnlyList<long> userIds, CancellationToken cancellationToken);

    /// <summary>Changes the given parts of a profile; makes the user when there is none.</summary>
    ValueTask UpdateProfileAsync(long projectId, long userId, ProfileChange change, CancellationToken cancellationToken);

    /// <summary>Registers a device for mobile notifications, or updates the one with the same token.</summary>
    ValueTask AddDeviceAsync(long projectId, long userId, Device device, CancellationToken cancellationToken);

    /// <summary>Forgets a device. An unknown one is no error.</summary>
    ValueTask RemoveDeviceAsync(long projectId, long userId, string token, CancellationToken cancellationToken);

    /// <summary>The devices of a user.</summary>
    ValueTask<IReadOnlyList<Device>> GetDevicesAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>The devices of those of the users who have any; users in the order asked for.</summary>
    ValueTask<IReadOnlyList<UserDevice>> GetDevicesOfAsync(long projectId, IReadOnlyList<long> userIds, CancellationToken cancellationToken);

    /// <summary>
    /// Those of the users who do not want notifications of messages of this type: their mute option of this kind and id
    /// (<see cref="MuteOption"/>) is for all types or names it. In the order asked for.
    /// </summary>
    ValueTask<IReadOnlyList<long>> GetMutedAsync(
        long projectId, IReadOnlyList<long> userIds, int kind, long id, byte type, CancellationToken cancellationToken);

    /// <summary>A value of the user's small data; null when it was never set.</summary>
    ValueTask<string?> GetDataAsync(long projectId, long userId, string space, string key, CancellationToken cancellationToken);

    /// <summary>Sets a value of the user's small data; null removes it.</summary>
    ValueTask SetDataAsync(long projectId, long userId, string space, string key, string? value, CancellationToken cancellationToken);

    /// <summary>The conversations in which the user does not want mobile notifications.</summary>
    ValueTask<IReadOnlyList<MuteOption>> GetMuteOptionsAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>Sets or replaces a mute option.</summary>
    ValueTask SetMuteOptionAsync(long projectId, long userId, MuteOption option, CancellationToken cancellationToken);

    /// <summary>Removes types from a mute option, or the whole option when <see cref="MuteOption.Types"/> is empty.</summary>
    ValueTask RemoveMuteOptionAsync(long projectId, long userId, MuteOption option, CancellationToken cancellationToken);

    /// <summary>Keeps the hash of a login token until <paramref name="expires"/> (unix milliseconds).</summary>
    ValueTask AddTokenAsync(long projectId, long userId, ReadOnlyMemory<byte> hash, long expires, CancellationToken cancellationToken);

    /// <summary>When the token of this user with this hash expires, in unix milliseconds; 0 when there is none.</summary>
    ValueTask<long> FindTokenAsync(long projectId, long userId, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);

    /// <summary>Forgets all tokens of a user.</summary>
    ValueTask RemoveTokensAsync(long projectId, long userId, CancellationToken cancellationToken);

    /// <summary>Forgets tokens that expired before <paramref name="now"/> (unix milliseconds), at most <paramref name="limit"/>.</summary>
    ValueTask<int> PurgeTokensAsync(long now, int limit, CancellationToken cancellationToken);
}
