using Parley.Rtm.Client.Codec;

namespace Parley.Rtm.Client;

// The caller's friend list (rtm-client.md §4.12) and personal blacklist (§10.1).
public sealed partial class RtmClient
{
    /// <summary>Puts users on the caller's friend list (<c>addfriends</c>).</summary>
    /// <param name="userIds">1 to 100 users; those who are on it already are ignored.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200032 too many, 200033 nobody, 200048 the list is full.</exception>
    public Task AddFriendsAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addfriends", map => map.Add("friends"u8, userIds), timeout, cancellationToken);

    /// <summary>Takes 1 to 100 users from the caller's friend list (<c>delfriends</c>).</summary>
    /// <exception cref="RtmException">200032 too many, 200033 nobody.</exception>
    public Task RemoveFriendsAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("delfriends", map => map.Add("friends"u8, userIds), timeout, cancellationToken);

    /// <summary>The caller's friend list (<c>getfriends</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<IReadOnlyList<long>> GetFriendsAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<long>>(
            "getfriends", write: null, static (ref answer) => answer.Int64List("uids"u8), timeout, cancellationToken);

    /// <summary>Blocks 1 to 100 users: they can no longer write to the caller (<c>addblacks</c>).</summary>
    /// <exception cref="RtmException">200032 too many, 200033 nobody.</exception>
    public Task BlockUsersAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addblacks", map => map.Add("blacks"u8, userIds), timeout, cancellationToken);

    /// <summary>Unblocks 1 to 100 users (<c>delblacks</c>).</summary>
    /// <exception cref="RtmException">200032 too many, 200033 nobody.</exception>
    public Task UnblockUsersAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("delblacks", map => map.Add("blacks"u8, userIds), timeout, cancellationToken);

    /// <summary>The users whom the caller blocks (<c>getblacks</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<IReadOnlyList<long>> GetBlockedUsersAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<long>>(
            "getblacks", write: null, static (ref answer) => answer.Int64List("uids"u8), timeout, cancellationToken);
}
