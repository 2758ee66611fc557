using Parley.Core.Projects;

namespace Parley.Server.Hosting;

/// <summary>What is printed when the server has started: plain columns, the same on a terminal and in a file.</summary>
internal static class StartReport
{
    /// <summary>The last line of the report: scripts may wait for it.</summary>
    public const string ReadyLine = "Parley is ready.";

    /// <summary>Prints the report.</summary>
    public static void Print(
        TextWriter output, ServerState state, IReadOnlyList<Project> projects, IReadOnlyList<Project> made, DataDirectory directory)
    {
        output.WriteLine($"Parley {ProductVersion.Text}");
        output.WriteLine();
        List<string[]> rows = [["Door", "Endpoint", "Spoken there"]];
        foreach (var door in state.Doors)
            rows.Add([door.Name, door.Endpoint + (door.IsEncrypted ? " (TLS)" : ""), door.Description]);
        Columns(output, rows);
        output.WriteLine();

        List<string[]> facts = [];
        foreach (var project in made)
        {
            facts.Add(["Project", $"{project.Id} (new)"]);
            facts.Add(["Secret", project.Secret]);
        }
        foreach (var project in projects.Where(project => !made.Any(m => m.Id == project.Id)).Take(10))
            facts.Add(["Project", $"{project.Id}{Named(project)}; its secret: parley project show {project.Id} --secret"]);
        if (state.Doors.FirstOrDefault(static door => door.Name == "Web") is { } web)
            facts.Add(["Web", $"{(web.IsEncrypted ? "https" : "http")}://{web.Endpoint}/"]);
        facts.Add(["Data", directory.FullPath]);
        Columns(output, facts);
        output.WriteLine();
        output.WriteLine(ReadyLine);
        output.Flush();
    }

    /// <summary>Prints rows in aligned columns.</summary>
    public static void Columns(TextWriter output, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])))).TrimEnd());
    }

    private static string Named(Project project) => project.Name.Length > 0 ? $" ({project.Name})" : "";
}
