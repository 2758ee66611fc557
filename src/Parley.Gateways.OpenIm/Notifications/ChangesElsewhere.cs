using Parley.Core.Changes;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Gateways.OpenIm.Users;

namespace Parley.Gateways.OpenIm.Notifications;

/// <summary>
/// Tells users who have an inbox what other protocols changed, with the notifications that the API would have caused: clients keep groups,
/// members and friends, and look again only when they are told (openim.md §7, §8.7). When nobody concerned has an inbox, it looks no further.
/// </summary>
internal sealed class ChangesElsewhere(OpenImHost host) : IChangeObserver
{
    public bool Concerns(Project project, IReadOnlyList<long> userIds) =>
        project.Id == host.Project.Id && host.Core.Inboxes.HasAny(project.Id, userIds);

    /// <summary>1509 to all members; 1508 to the remaining members and those who are gone, and of a dissolved group to each as removed.</summary>
    public async ValueTask OnChangedAsync(Project project, GroupChange change)
    {
        if (project.Id != host.Project.Id)
            return;
        var inboxes = host.Core.Inboxes;
        IReadOnlyList<long> receivers = change.Kind switch
        {
            GroupChangeKind.Joined => inboxes.GetEnrolled(project.Id, change.Group.Members),
            GroupChangeKind.Gone =>
                [.. inboxes.GetEnrolled(project.Id, change.Group.Members).Union(inboxes.GetEnrolled(project.Id, change.UserIds))],
            _ => inboxes.GetEnrolled(project.Id, change.UserIds),
        };
        if (receivers.Count == 0)
            return;
        var actor = await host.People.GetActorAsync(project, change.ActorId, CancellationToken.None);
        var operationId = NewOperationId();
        await (change.Kind switch
        {
            GroupChangeKind.Joined => host.Notifications.MemberInvitedAsync(
                project, operationId, change.Group, actor, change.UserIds, receivers),
            GroupChangeKind.Gone => host.Notifications.MemberKickedAsync(
                project, operationId, change.Group, actor, change.UserIds, receivers, SentenceOf(change)),
            GroupChangeKind.Dissolved => host.Notifications.GroupDissolvedAsync(project, operationId, change.Group, actor, receivers),
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        });
    }

    /// <summary>
    /// 1204 of new friends, to both when both have one now and else to whose list it is; 1207 to both of who is blocked. One for each peer,
    /// stored together.
    /// </summary>
    public async ValueTask OnChangedAsync(Project project, RelationChange change)
    {
        if (project.Id != host.Project.Id || change.Kind is not (RelationKind.Friend or RelationKind.Block)
            || !host.Core.Inboxes.HasAny(project.Id, [change.UserId, .. change.PeerIds]))
        {
            return;
        }
        var user = await host.People.GetAsync(project, change.UserId, CancellationToken.None);
        var actor = await host.People.GetActorAsync(project, change.ActorId, CancellationToken.None);
        var operationId = NewOperationId();
        await Task.WhenAll(change.PeerIds.Select(peer => TellPairAsync(project, change, operationId, user, actor, peer)));
    }

    private static string NewOperationId() => Guid.NewGuid().ToString("N");

    private static Func<string, string> SentenceOf(GroupChange change) =>
        change.UserIds.Count == 1 && change.UserIds[0] == change.ActorId
            ? static names => $"{names} left the group" : static names => $"{names} was removed from the group";

    private async Task TellPairAsync(Project project, RelationChange change, string operationId, Person user, Person actor, long peerId)
    {
        var receivers = host.Core.Inboxes.GetEnrolled(
            project.Id, await IsPeerToldAsync(project, change, peerId) ? [user.UserId, peerId] : [user.UserId]);
        if (receivers.Count == 0)
            return;
        var peer = await host.People.GetAsync(project, peerId, CancellationToken.None);
        if (change.Kind == RelationKind.Friend)
            await host.Notifications.FriendAddedAsync(project, operationId, user, peer, actor, receivers);
        else
            await host.Notifications.BlackAddedAsync(project, operationId, user, peer, receivers);
    }

    /// <summary>
    /// Who is put on a friend list is neither asked nor told (goim-json.md §7), as its own list stays what it was. Who is blocked is told, as
    /// by the API, unless it has blocked the other one: then it is not to be reached by it.
    /// </summary>
    private async ValueTask<bool> IsPeerToldAsync(Project project, RelationChange change, long peerId)
    {
        if (change.Kind == RelationKind.Friend)
            return change.IsMutual;
        return (await host.Core.Relations.FilterAsync(project, RelationKind.Block, peerId, [change.UserId])).Count == 0;
    }
}
