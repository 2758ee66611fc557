using Parley.Core.Groups;
using Parley.Core.Moderation;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <content>Roles, succession, the blacklist and rules.</content>
internal sealed partial class GroupStore
{
    private const string FindRole = "SELECT role FROM group_member WHERE project_id = ? AND group_id = ? AND user_id = ?";

    private const string ChangeRole = """
        UPDATE group_member SET role = ? WHERE project_id = ? AND group_id = ? AND user_id = ? AND role = ?
        """;

    private const string Heirs = "SELECT user_id, role, joined FROM group_member WHERE project_id = ? AND group_id = ? ORDER BY user_id";

    private const string FindRules = "SELECT capacity, is_closed FROM group_rule WHERE project_id = ? AND group_id = ?";

    private const string PutRules = """
        INSERT INTO group_rule (project_id, group_id, capacity, is_closed) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET capacity = excluded.capacity, is_closed = excluded.is_closed
        """;

    private const string RemoveRules = "DELETE FROM group_rule WHERE project_id = ? AND group_id = ?";

    public ValueTask<BlacklistResult> BlacklistAsync(
        long projectId, long groupId, long userId, bool sparesOwner, CancellationToken cancellationToken) =>
        writer.RunAsync(
            session =>
            {
                var role = RoleOf(session.Database, projectId, groupId, userId);
                if (role == GroupRole.Owner && sparesOwner)
                    return BlacklistResult.IsOwner;
                var place = BanPlace.Group(groupId);
                var until = BanStore.UntilOf(session.Database, projectId, place, BanKind.Enter, userId);
                BanStore.Put(session, projectId, new Ban(place, BanKind.Enter, userId, long.MaxValue));
                if (role is null)
                    return until == long.MaxValue ? BlacklistResult.ListedBefore : BlacklistResult.Listed;
                session.Use(RemoveMember).Bind(projectId).Bind(groupId).Bind(userId).Run();
                if (role == GroupRole.Owner)
                    Succeed(session, projectId, groupId);
                return BlacklistResult.Removed;
            },
            cancellationToken);

    public ValueTask<bool> ChangeRoleAsync(
        long projectId, long groupId, long userId, GroupRole from, GroupRole to, CancellationToken cancellationToken) =>
        writer.RunAsync(session => Change(session, projectId, groupId, userId, from, to), cancellationToken);

    public ValueTask<GroupRules> GetRulesAsync(long projectId, long groupId, CancellationToken cancellationToken) =>
        readers.RunAsync(database => RulesOf(database, projectId, groupId), cancellationToken);

    public async ValueTask SetRulesAsync(
        long projectId, long groupId, int? capacity, bool? isClosed, CancellationToken cancellationToken) =>
        await writer.RunAsync(
            session =>
            {
                var rules = RulesOf(session.Database, projectId, groupId);
                session.Use(PutRules).Bind(projectId).Bind(groupId).Bind((long)(capacity ?? rules.Capacity))
                    .Bind(isClosed ?? rules.IsClosed ? 1L : 0L).Run();
            },
            cancellationToken);

    /// <summary>Gives a group without an owner to the manager who joined first, else to the member who joined first.</summary>
    private static void Succeed(WriteSession session, long projectId, long groupId)
    {
        (long UserId, GroupRole Role, long Joined)? heir = null;
        using (var rows = session.Use(Heirs).Bind(projectId).Bind(groupId))
        {
            while (rows.Step())
            {
                var (userId, role, joined) = (rows.Int64(0), (GroupRole)rows.Int64(1), rows.Int64(2));
                if (heir is not { } best || role > best.Role || (role == best.Role && joined < best.Joined))
                    heir = (userId, role, joined);
            }
        }
        if (heir is { } next)
            Change(session, projectId, groupId, next.UserId, next.Role, GroupRole.Owner);
    }

    private static bool Change(WriteSession session, long projectId, long groupId, long userId, GroupRole from, GroupRole to)
    {
        session.Use(ChangeRole).Bind((long)to).Bind(projectId).Bind(groupId).Bind(userId).Bind((long)from).Run();
        return session.Database.Changes > 0;
    }

    private static GroupRole? RoleOf(SqliteDatabase database, long projectId, long groupId, long userId)
    {
        using var row = database.Use(FindRole).Bind(projectId).Bind(groupId).Bind(userId);
        return row.Step() ? (GroupRole)row.Int64(0) : null;
    }

    private static GroupRules RulesOf(SqliteDatabase database, long projectId, long groupId)
    {
        using var row = database.Use(FindRules).Bind(projectId).Bind(groupId);
        return row.Step() ? new GroupRules((int)row.Int64(0), row.Int64(1) != 0) : default;
    }

    private static bool IsListed(SqliteDatabase database, long projectId, long groupId, long userId, long now) =>
        BanStore.Holds(database, projectId, BanPlace.Group(groupId), BanKind.Enter, userId, now);

    /// <summary>The stricter of two limits; 0 = none.</summary>
    private static int Stricter(int one, int other) => one > 0 && other > 0 ? Math.Min(one, other) : Math.Max(one, other);
}
