using Parley.Core.Cluster;
using Parley.Core.Sessions;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Sessions;

public sealed class InstallationsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_installation_is_registered_found_and_bound()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var installations = fixture.Core.Installations;
        var made = await installations.RegisterAsync(fixture.Project, 7, 86, 10, 1, Token);
        Assert.Equal(new Installation(1000, 7, 86, 10, 1), made);
        await fixture.RestartAsync();
        installations = fixture.Core.Installations;

        Assert.Equal(made, await installations.FindAsync(fixture.Project, 1000, Token));
        Assert.Equal(made, await installations.BindAsync(fixture.Project, 1000, 7, Token));
        Assert.Equal(made with { UserId = 8 }, await installations.BindAsync(fixture.Project, 1000, 8, Token));
        Assert.Equal(new Installation(50, 7, 0, 0, 0), await installations.BindAsync(fixture.Project, 50, 7, Token));
        Assert.Null(await installations.FindAsync(fixture.Project, 1001, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await installations.BindAsync(fixture.Project, 0, 7, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await installations.BindAsync(fixture.Project, 1, 0, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await installations.RegisterAsync(fixture.Project, 0, 0, 0, 0, Token));
    }

    [Fact]
    public async Task Positions_begin_at_100_and_go_on_by_1000_whatever_the_client_says_and_across_restarts()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Installations.BindAsync(fixture.Project, 50, 7, Token);
        Assert.Equal(100, await fixture.Core.Installations.ReserveSequenceAsync(fixture.Project, 50, 1, Token));
        Assert.Equal(1101, await fixture.Core.Installations.ReserveSequenceAsync(fixture.Project, 50, 1100, Token));
        await fixture.RestartAsync();
        Assert.Equal(2101, await fixture.Core.Installations.ReserveSequenceAsync(fixture.Project, 50, long.MinValue, Token));
        Assert.Equal(0, await fixture.Core.Installations.ReserveSequenceAsync(fixture.Project, 51, 1, Token));
    }

    [Fact]
    public async Task A_catch_up_that_ends_after_its_installation_changed_hands_leaves_no_marks()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var installations = fixture.Core.Installations;
        var first = await installations.BindAsync(fixture.Project, 50, 7, Token);
        var marks = default(CatchUpMarks).Then(10, 1).Then(20, 2);
        Assert.Equal(default, marks.Oldest);
        marks = marks.Then(30, 3);
        await installations.SetMarksAsync(fixture.Project, first, marks, Token);
        Assert.Equal(new CatchUpMarks(new(10, 1), new(20, 2), new(30, 3)), await installations.GetMarksAsync(fixture.Project, 50, Token));

        await installations.BindAsync(fixture.Project, 50, 8, Token);
        await installations.SetMarksAsync(fixture.Project, first, marks, Token);
        Assert.Equal(default, await installations.GetMarksAsync(fixture.Project, 50, Token));
        await installations.SetMarksAsync(fixture.Project, 50, marks, Token);
        Assert.Equal(marks, await installations.GetMarksAsync(fixture.Project, 50, Token));
    }

    [Fact]
    public async Task Named_nodes_outlast_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var node = new AccessNode(AccessNodeKind.Access, 20_001, "10.0.0.1", 9002, IsRemoved: false);
        await fixture.Core.AccessNodes.SetAsync(fixture.Project, node, Token);
        await fixture.RestartAsync();
        Assert.Equal([node], await fixture.Core.AccessNodes.GetAsync(fixture.Project, AccessNodeKind.Access, Token));
        await fixture.Core.AccessNodes.ForgetAsync(fixture.Project, AccessNodeKind.Access, 20_001, Token);
        Assert.Empty(await fixture.Core.AccessNodes.GetAsync(fixture.Project, AccessNodeKind.Access, Token));
    }
}
