using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// Friends (rtm-server §4.1).
public sealed partial class RtmBackendClient
{
    /// <summary><c>addfriends</c>: makes users friends of a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="friendIds">1 to 100 users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200032, 200033, 200048.</exception>
    public Task AddFriendsAsync(
        long userId, IReadOnlyCollection<long> friendIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addfriends", map => map.Add("uid"u8, userId).Add("friends"u8, friendIds), timeout, cancellationToken);

    /// <summary><c>delfriends</c>: ends friendships; of strangers nothing happens.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="friendIds">1 to 100 users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200032, 200033.</exception>
    public Task DeleteFriendsAsync(
        long userId, IReadOnlyCollection<long> friendIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("delfriends", map => map.Add("uid"u8, userId).Add("friends"u8, friendIds), timeout, cancellationToken);

    /// <summary><c>getfriends</c>: lists the friends of a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Their uids.</returns>
    public Task<IReadOnlyList<long>> GetFriendsAsync(
        long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("getfriends", map => map.Add("uid"u8, userId), ReadUids, timeout, cancellationToken);

    /// <summary><c>isfriend</c>: tells whether a user has another one as a friend.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="otherId">The other one.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether they are friends.</returns>
    public Task<bool> IsFriendAsync(long userId, long otherId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("isfriend", map => map.Add("uid"u8, userId).Add("fuid"u8, otherId), ReadOk, timeout, cancellationToken);

    /// <summary><c>isfriends</c>: tells which of some users are friends of a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="otherIds">1 to 100 users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Those who are.</returns>
    /// <exception cref="RtmException">200032, 200033.</exception>
    public Task<IReadOnlyList<long>> AreFriendsAsync(
        long userId, IReadOnlyCollection<long> otherIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            "isfriends",
            map => map.Add("uid"u8, userId).Add("fuids"u8, otherIds),
            static (ref answer) => (IReadOnlyList<long>)(answer.Int64ListOrNull("fuids"u8) ?? []),
            timeout,
            cancellationToken);
}
