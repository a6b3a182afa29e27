using EdgeRetail.DeviceCli.Output;

namespace EdgeRetail.DeviceCli.Tests.Output;

sealed class TextTableTests
{
    [Test]
    public void Figures_stand_to_the_right_and_text_is_cut_where_it_would_be_too_wide()
    {
        var table = new TextTable("code", "name", "qty").Figures(2);
        table.Add("A", new string('x', 200), "1");
        table.Add("BB", "short", "1,000,000");
        Assert.That(Lines(table)[2], Does.StartWith("A     xxx").And.EndWith("…          1"));
        Assert.That(Lines(table)[3], Does.StartWith("BB    short ").And.EndWith("  1,000,000"));
        Assert.That(Lines(table).Max(TextTable.Width), Is.LessThanOrEqualTo(80));
    }

    [TestCase("日本のりんごジュース", 20)]
    [TestCase("Crème brûlée", 12)]
    [TestCase("e\u0301", 1)]
    [TestCase("🍎", 2)]
    public void Width_is_what_a_terminal_shows(string text, int width) => Assert.That(TextTable.Width(text), Is.EqualTo(width));

    [Test]
    public void Wide_letters_keep_the_columns_aligned()
    {
        var table = new TextTable("name", "qty").Figures(1);
        table.Add("りんご", "1");
        table.Add("apple", "22");
        Assert.That(Lines(table).Select(TextTable.Width).Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase("\u001b[31mred\u001b[0m")]
    [TestCase("a\u202Eb")]
    [TestCase("two\nlines")]
    public void What_a_terminal_would_obey_does_not_reach_it(string text)
    {
        var printable = TextTable.Printable(text);
        Assert.That(printable.Any(char.IsControl), Is.False);
        Assert.That(printable, Does.Not.Contain('\u202E'));
    }

    static string[] Lines(TextTable table)
    {
        var output = new StringWriter { NewLine = "\n" };
        table.WriteTo(output);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
