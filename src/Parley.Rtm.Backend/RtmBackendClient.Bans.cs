using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// Bans and the project's blacklist (rtm-server §4.4).
public sealed partial class RtmBackendClient
{
    /// <summary><c>addgroupban</c>: forbids a user to send in a group; he need not be in it.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userId">The user.</param>
    /// <param name="duration">How long, in whole seconds and at least one; null for ever. It replaces an earlier end.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task AddGroupBanAsync(
        long groupId, long userId, TimeSpan? duration, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            "addgroupban",
            map => map.Add("gid"u8, groupId).Add("uid"u8, userId).Add("btime"u8, BanSeconds(duration)),
            timeout,
            cancellationToken);

    /// <summary><c>removegroupban</c>: allows a user to send in a group again.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RemoveGroupBanAsync(long groupId, long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("removegroupban", map => map.Add("gid"u8, groupId).Add("uid"u8, userId), timeout, cancellationToken);

    /// <summary><c>isbanofgroup</c>: tells whether a user is forbidden to send in a group.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether he is.</returns>
    public Task<bool> IsBannedInGroupAsync(
        long groupId, long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("isbanofgroup", map => map.Add("gid"u8, groupId).Add("uid"u8, userId), ReadOk, timeout, cancellationToken);

    /// <summary><c>addroomban</c>: forbids a user to send in a room; he need not be in it.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="userId">The user.</param>
    /// <param name="duration">How long, in whole seconds and at least one; null for ever. It replaces an earlier end.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task AddRoomBanAsync(
        long roomId, long userId, TimeSpan? duration, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            "addroomban",
            map => map.Add("rid"u8, roomId).Add("uid"u8, userId).Add("btime"u8, BanSeconds(duration)),
            timeout,
            cancellationToken);

    /// <summary><c>removeroomban</c>: allows a user to send in a room again.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RemoveRoomBanAsync(long roomId, long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("removeroomban", map => map.Add("rid"u8, roomId).Add("uid"u8, userId), timeout, cancellationToken);

    /// <summary><c>isbanofroom</c>: tells whether a user is forbidden to send in a room.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether he is.</returns>
    public Task<bool> IsBannedInRoomAsync(
        long roomId, long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("isbanofroom", map => map.Add("rid"u8, roomId).Add("uid"u8, userId), ReadOk, timeout, cancellationToken);

    /// <summary><c>addprojectblack</c>: shuts a user out of the project; he is disconnected at once.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="duration">How long, in whole seconds and at least one; null for ever. It replaces an earlier end.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task AddProjectBlackAsync(
        long userId, TimeSpan? duration, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addprojectblack", map => map.Add("uid"u8, userId).Add("btime"u8, BanSeconds(duration)), timeout, cancellationToken);

    /// <summary><c>removeprojectblack</c>: lets a user into the project again.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RemoveProjectBlackAsync(long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("removeprojectblack", map => map.Add("uid"u8, userId), timeout, cancellationToken);

    /// <summary><c>isprojectblack</c>: tells whether a user is shut out of the project.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether he is.</returns>
    public Task<bool> IsProjectBlackAsync(long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("isprojectblack", map => map.Add("uid"u8, userId), ReadOk, timeout, cancellationToken);

    // 0 on the wire is for ever (rtm-server §4.4).
    private static long BanSeconds(TimeSpan? duration)
    {
        if (duration is not { } time)
            return 0;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromSeconds(1), nameof(duration));
        return Math.Min((long)time.TotalSeconds, int.MaxValue);
    }
}
