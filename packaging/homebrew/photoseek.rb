# A formula for a tap of one's own: it installs wheels, PyTorch among them, and Homebrew's own core takes sources only.
# Untested: no Mac was at hand. packaging/recipes.py fills in what begins with a dollar.
class Photoseek < Formula
  desc "Finds your pictures by what they show, on this computer only"
  homepage "$homepage"
  url "$sdist_url"
  sha256 "$sdist_sha256"
  license "Apache-2.0"

  # PyTorch has no builds for Intel's processors any more.
  depends_on arch: :arm64
  depends_on macos: :sonoma
  depends_on "python-tk@3.13"
  depends_on "python@3.13"

  def install
    system "python3.13", "-m", "venv", libexec
    system libexec/"bin/pip", "install", "--constraint", "packaging/constraints.txt", "#{buildpath}[starter,mcp]"
    bin.install_symlink libexec/"bin/photoseek"
    generate_completions_from_executable(bin/"photoseek", shell_parameter_format: :click)
  end

  service do
    run [opt_bin/"photoseek", "run", "--no-tray", "--no-open", "--background"]
    keep_alive successful_exit: false
    process_type :background
  end

  def caveats
    <<~EOS
      To have it start when you log in, say one of these, not both:
        photoseek autostart install
        brew services start photoseek
    EOS
  end

  test do
    ENV["HOME"] = testpath
    assert_match version.to_s, shell_output("#{bin}/photoseek --version")
    assert_match '"missing": []', shell_output("#{bin}/photoseek doctor --json")
  end
end
