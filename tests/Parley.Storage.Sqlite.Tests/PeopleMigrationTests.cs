using Parley.Core.Groups;
using Parley.Core.Relations;
using Parley.Core.Users;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>A store that knew no profiles, tokens or times of friendships is brought up to date.</summary>
public sealed class PeopleMigrationTests : SqliteStoreTests
{
    private const string OlderStore = """
        INSERT INTO user (project_id, user_id, broadcast_floor, created) VALUES (1000, 3, 0, 100), (1000, 2, 0, 200), (1000, 1, 0, 100);
        INSERT INTO relation (project_id, kind, user_id, peer_id) VALUES (1000, 1, 1, 2), (1000, 1, 2, 1), (1000, 2, 2, 1);
        INSERT INTO chat_group (project_id, group_id, created, name) VALUES (1000, 7, 50, 'n');
        INSERT INTO group_member (project_id, group_id, user_id, joined_after, joined, role) VALUES (1000, 7, 1, 0, 60, 2), (1000, 7, 2, 0, 70, 0)
        """;

    [Fact]
    public async Task What_was_there_is_there_with_nothing_known_of_what_was_not_kept()
    {
        await Store.DisposeAsync();
        File.Delete(Files.File);
        File.Create(Files.File).Dispose();
        using (var database = SqliteDatabase.Open(Files.File, readOnly: false))
        {
            var scripts = Migrations.Scripts.TakeWhile(script => !script.Name.Contains("people", StringComparison.Ordinal)).ToList();
            foreach (var (_, name) in scripts)
            {
                using var reader = new StreamReader(typeof(Migrations).Assembly.GetManifestResourceStream(name)!);
                database.Execute(await reader.ReadToEndAsync(Token));
            }
            database.Execute($"PRAGMA application_id = {0x5041524C}; PRAGMA user_version = {scripts[^1].Number}");
            database.Execute(OlderStore);
        }
        await OpenAsync();

        Assert.Equal(new RegisteredUser(2, PersonProfile.Empty, 200), await Store.Persons.FindAsync(Project, 2, Token));
        Assert.Equal([1L, 3, 2], (await Store.Persons.GetPageAsync(Project, default, 10, Token)).Select(place => place.UserId));
        Assert.Equal([(2L, 0L)], await Store.Relations.GetWithTimesAsync(Project, RelationKind.Friend, 1, Token));
        var group = (await Store.Groups.GetAsync(Project, 7, Token))!;
        Assert.Equal(new GroupFacts { CreatedMs = 50 }, group.Facts);
        Assert.Equal([new(1, 0, GroupRole.Owner, 60, 0), new GroupMember(2, 0, GroupRole.Member, 70, 0)], group.Members);
        var removal = (await Store.Persons.RemoveAsync(Project, 1, Token))!;
        Assert.Equal([7L], removal.Groups);
        Assert.Equal([new(RelationKind.Friend, 2), new UserEdge(RelationKind.Block, 2)], removal.Peers.OrderBy(edge => edge.Kind));
        Assert.Equal([(7L, 1L)], await Store.Statistics.GetLargestGroupsAsync(Project, 5, Token));
    }
}
