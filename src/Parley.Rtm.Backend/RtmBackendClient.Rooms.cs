using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// Rooms (rtm-server §4.3).
public sealed partial class RtmBackendClient
{
    /// <summary><c>addroommember</c>: puts a user who is online into a room.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200047 when he is in too many, 200055 when he is offline.</exception>
    public Task AddRoomMemberAsync(long roomId, long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addroommember", map => map.Add("rid"u8, roomId).Add("uid"u8, userId), timeout, cancellationToken);

    /// <summary><c>delroommember</c>: takes a user out of a room and tells him; one who is not inside is success.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task DeleteRoomMemberAsync(
        long roomId, long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("delroommember", map => map.Add("rid"u8, roomId).Add("uid"u8, userId), timeout, cancellationToken);
}
